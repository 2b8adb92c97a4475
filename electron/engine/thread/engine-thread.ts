/** Worker thread that is the engine: whatever goes wrong in it, the window stays. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Api, ApiEvents } from '../../../shared/contract/api.ts';
import { apiChecks } from '../../../shared/contract/checks.ts';
import { createClient } from '../../../shared/contract/client.ts';
import { portTransport } from '../../../shared/contract/message-port.ts';
import { createServer } from '../../../shared/contract/server.ts';
import type { Transport } from '../../../shared/contract/transport.ts';
import { createEngine, type Engine } from '../engine.ts';
import type { Attach, Door, OwnerApi, ThreadApi, ThreadOrder } from './thread-api.ts';

const order = workerData as ThreadOrder;
const owner = createClient<OwnerApi>(portTransport(order.owner));
const vault = {
  name: 'system',
  isThere: () => owner.call('canSeal'),
  seal: (plain: string) => owner.call('seal', plain),
  open: (sealed: Uint8Array) => owner.call('unseal', sealed),
} as const;

const opening = createEngine({
  ...order.engine,
  vault,
  printPdf: (html) => owner.call('printPdf', html),
});
// Told to whoever asks for it to be open.
opening.catch(() => undefined);

createServer<ThreadApi>(portTransport(parentPort!), {
  open: async () => void (await opening),
  adopt: async (path) => (await opening).uploads.adopt(path),
  slept: async (from, to) => (await opening).slept(from, to),
  close: async () => {
    await opening.then((engine) => engine.close()).catch(() => undefined);
    // After the answer is on its way.
    setImmediate(() => {
      order.owner.close();
      parentPort!.close();
    });
  },
});

const DOORS: Readonly<Record<Door, (engine: Engine, transport: Transport) => () => void>> = {
  page: (engine, transport) => {
    const server = createServer<Api, ApiEvents>(transport, engine.handlers, apiChecks);
    return engine.onEvent((event, payload) => server.emit(event, payload));
  },
  compute: (engine, transport) => engine.compute.attach(transport),
};

parentPort!.on('message', (message: Partial<Attach>) => {
  const { attach, port } = message;
  if (!attach || !port) return;
  void opening.then((engine) => port.once('close', DOORS[attach](engine, portTransport(port))));
});
