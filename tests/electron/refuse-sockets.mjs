/**
 * Refuses every connection of every thread and writes down where it would have led; only the
 * stand-in's own, to its browser, is let through.
 */
import { appendFileSync } from 'node:fs';
import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';
import { syncBuiltinESMExports } from 'node:module';

const file = process.env.OFFBEAT_SPEC_SOCKETS;
/** The stand-in names it once its browser listens. */
const isBrowser = (port) => String(port) === process.env.OFFBEAT_SPEC_BROWSER_PORT;

if (file) {
  const refuse = (to) => {
    appendFileSync(file, `${to}\n`);
    throw new Error(`No connection is wanted here: ${to}`);
  };
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function watched(...args) {
    const [options] = Array.isArray(args[0]) ? args[0] : args;
    if (isBrowser(options?.port)) return connect.apply(this, args);
    return refuse(options?.path ?? `${options?.host ?? 'localhost'}:${options?.port ?? options}`);
  };
  const lookup = dns.lookup;
  // An address needs no lookup: that is how a server finds its own.
  dns.lookup = (name, ...rest) =>
    net.isIP(name) ? lookup(name, ...rest) : refuse(`lookup of ${name}`);
  dgram.createSocket = () => refuse('a datagram socket');
  syncBuiltinESMExports();
}
