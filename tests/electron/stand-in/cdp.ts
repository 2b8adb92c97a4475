/** A headless Chromium of the stand-in's own, spoken to by the DevTools protocol. */
import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';

/** Software WebGL is for tests alone: the application itself never asks for it. */
const ARGS = [
  '--headless=new',
  '--no-sandbox',
  '--remote-debugging-port=0',
  '--no-first-run',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--mute-audio',
  '--lang=en-US',
  '--window-size=1440,900',
  // Like Electron: no window but those that are asked for.
  '--no-startup-window',
];

type Params = Readonly<Record<string, unknown>>;
interface Answer {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Params;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
}

export class Chromium {
  /** Where a test connects to. */
  readonly endpoint: string;
  private readonly child: ChildProcess;
  private readonly socket: WebSocket;
  private readonly profile: string;
  private readonly sessions = new Map<string, EventEmitter>();
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private nextId = 1;
  readonly events = new EventEmitter();

  private constructor(child: ChildProcess, socket: WebSocket, endpoint: string, profile: string) {
    this.child = child;
    this.socket = socket;
    this.endpoint = endpoint;
    this.profile = profile;
    socket.on('message', (data) => this.hear(JSON.parse(String(data)) as Answer));
  }

  static async launch(program: string, theme: string): Promise<Chromium> {
    const profile = mkdtempSync(join(tmpdir(), 'offbeat-chromium-'));
    const dark = theme === 'dark' ? ['--force-dark-mode'] : [];
    const args = [...ARGS, ...dark, `--user-data-dir=${profile}`];
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const url = await debuggerUrl(child);
    process.env['OFFBEAT_SPEC_BROWSER_PORT'] = new URL(url).port;
    const socket = new WebSocket(url, { perMessageDeflate: false, maxPayload: 2 ** 30 });
    await once(socket, 'open');
    return new Chromium(child, socket, `http://${new URL(url).host}`, profile);
  }

  send<T = unknown>(method: string, params: Params = {}, sessionId?: string): Promise<T> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, ({ error, result }) => {
        if (error) reject(new Error(`${method}: ${error.message}`));
        else resolve(result as T);
      });
      this.socket.send(JSON.stringify({ id, method, params, sessionId }));
    });
  }

  /** A page's own end of the protocol. */
  async attach(targetId: string): Promise<{ id: string; events: EventEmitter }> {
    const { sessionId } = await this.send<{ sessionId: string }>('Target.attachToTarget', {
      targetId,
      flatten: true,
    });
    const events = this.sessions.get(sessionId) ?? new EventEmitter();
    this.sessions.set(sessionId, events);
    return { id: sessionId, events };
  }

  eventsOf(session: string): EventEmitter {
    return this.sessions.get(session)!;
  }

  async close(): Promise<void> {
    const exited = this.child.exitCode === null ? once(this.child, 'exit') : null;
    this.socket.terminate();
    this.child.kill('SIGKILL');
    await exited;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  private hear(answer: Answer): void {
    const { id, method, params, sessionId } = answer;
    if (id !== undefined) {
      this.waiting.get(id)?.(answer);
      this.waiting.delete(id);
    } else if (method) {
      (sessionId ? this.sessions.get(sessionId) : this.events)?.emit(method, params);
    }
  }
}

async function debuggerUrl(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stderr!) {
    text += String(chunk);
    const found = /DevTools listening on (ws:\S+)/.exec(text);
    if (!found) continue;
    // Nobody reads the rest; a full pipe would stop the browser.
    child.stderr!.resume();
    return found[1];
  }
  throw new Error(`Chromium ended before it listened:\n${text}`);
}
