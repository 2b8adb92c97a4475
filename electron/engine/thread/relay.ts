/** A page's transport to whichever engine thread is up: it outlives the thread. */
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { portTransport } from '../../../shared/contract/message-port.ts';
import type { Transport } from '../../../shared/contract/transport.ts';
import type { AnswerMessage, CallMessage } from '../../../shared/contract/wire.ts';
import type { Attach, Door } from './thread-api.ts';

/** What a page sends while no engine is up waits; past this much it is told. */
const WAITING_MAX = 1000;

export class Relay {
  private readonly transport: Transport;
  private readonly door: Door;
  private port: MessagePort | null = null;
  private send: (message: unknown) => void = () => undefined;
  private waiting: unknown[] = [];
  private readonly unanswered = new Set<number>();

  constructor(door: Door, transport: Transport) {
    this.door = door;
    this.transport = transport;
    transport.onMessage((message) => this.fromPage(message));
  }

  /** To a thread that has just been started. */
  connect(worker: Worker): void {
    const { port1, port2 } = new MessageChannel();
    const attach: Attach = { attach: this.door, port: port2 };
    worker.postMessage(attach, [port2]);
    const { send, onMessage } = portTransport(port1);
    onMessage((message) => this.toPage(message));
    this.port = port1;
    this.send = send;
    for (const message of this.waiting.splice(0)) this.fromPage(message);
  }

  /** The thread is gone, and with it every answer on its way. */
  disconnect(reason: string): void {
    this.port?.close();
    this.port = null;
    for (const id of this.unanswered) this.refuse(id, reason);
    this.unanswered.clear();
  }

  private fromPage(message: unknown): void {
    const { kind, id } = (message ?? {}) as Partial<CallMessage>;
    if (this.port) {
      if (kind === 'call' && typeof id === 'number') this.unanswered.add(id);
      this.send(message);
    } else if (this.waiting.length < WAITING_MAX) {
      this.waiting.push(message);
    } else if (kind === 'call' && typeof id === 'number') {
      this.refuse(id, 'The engine is not up yet.');
    }
  }

  private toPage(message: unknown): void {
    const { kind, id } = message as Partial<AnswerMessage>;
    if (id !== undefined && (kind === 'answer' || kind === 'failure')) this.unanswered.delete(id);
    this.transport.send(message);
  }

  private refuse(id: number, reason: string): void {
    this.transport.send({ kind: 'failure', id, code: 'lost', message: reason });
  }
}
