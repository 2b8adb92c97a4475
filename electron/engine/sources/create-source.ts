/** The source that a config describes. */
import { isMainThread } from 'node:worker_threads';
import type { SourceConfig } from '../../../shared/domain/feed.ts';
import { createFollowFileSource } from './follow-file.ts';
import { createHttpListenSource } from './http-listen.ts';
import { createModbusSource } from './modbus.ts';
import { createMqttSource } from './mqtt.ts';
import { createReplaySource } from './replay.ts';
import { createRelayedSource, createSerialKind } from './serial-relay.ts';
import { createSimulateSource } from './simulate.ts';
import { SOURCE_LIMITS, type SourceLimits } from './source-limits.ts';
import type { Source, SourceHost } from './source.ts';
import { createStdinSource } from './stdin.ts';
import { createTcpListenSource } from './tcp-listen.ts';
import { createTcpSource } from './tcp.ts';
import { createUdpSource } from './udp.ts';
import { createFolderSource } from './watched-folder.ts';
import { createWebSocketSource } from './websocket.ts';

const createSerialLine = isMainThread ? createSerialKind : createRelayedSource;

/** Throws Failure bad-usage for a config that can never work. */
export function createSource(
  config: SourceConfig,
  host: SourceHost,
  limits: SourceLimits = SOURCE_LIMITS,
): Source {
  switch (config.kind) {
    case 'file':
      return createFollowFileSource(config, host, limits);
    case 'folder':
      return createFolderSource(config, host, limits);
    case 'stdin':
      return createStdinSource(host);
    case 'tcp':
      return createTcpSource(config, host, limits);
    case 'tcp-listen':
      return createTcpListenSource(config, host, limits);
    case 'udp':
      return createUdpSource(config, host, limits);
    case 'http-listen':
      return createHttpListenSource(config, host, limits);
    case 'websocket':
      return createWebSocketSource(config, host, limits);
    case 'serial':
      return createSerialLine(config, host, limits);
    case 'mqtt':
      return createMqttSource(config, host, limits);
    case 'modbus':
      return config.link.kind === 'rtu'
        ? createSerialLine(config, host, limits)
        : createModbusSource(config, host, limits);
    case 'replay':
      return createReplaySource(config, host, limits);
    case 'simulate':
      return createSimulateSource(config, host, limits);
  }
}
