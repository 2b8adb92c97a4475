/**
 * Which backend trains. `auto` times three real steps of the training's own shape on each that is
 * there, after a warm-up, checks that they agree, and remembers the faster for next time.
 */
import type { ComputeInfo } from '../../../shared/contract/compute-api.ts';
import { Failure } from '../../../shared/contract/failure.ts';
import type { BackendChoice, BackendName } from '../../../shared/domain/model.ts';
import type { TrainingOrder } from '../../../shared/train/order.ts';
import type { TrainingSession } from './session.ts';

const WARM_UP_STEPS = 2;
const TIMED_STEPS = 3;
/** Relative difference of losses beyond which a backend is not believed. */
const LOSS_TOLERANCE = 1e-4;

export interface BackendHost {
  /** What the page that computes runs on; null when there is none. */
  pageInfo(): Promise<ComputeInfo | null>;
  open(name: BackendName, order: TrainingOrder): Promise<TrainingSession>;
  /** A choice made before; null when there is none. */
  recall(key: string): Promise<BackendChoice | null>;
  remember(key: string, choice: BackendChoice): Promise<void>;
  /** Version of the application: another may be faster or slower. */
  readonly version: string;
}

/** Throws Failure bad-usage when WebGL is asked for and not there. */
export async function chooseBackend(
  asked: BackendName | 'auto',
  order: TrainingOrder,
  host: BackendHost,
): Promise<BackendChoice> {
  const page = asked === 'auto' || asked === 'webgl' ? await host.pageInfo() : null;
  if (asked === 'webgl' && !page) {
    throw new Failure(
      'bad-usage',
      'WebGL was asked for, but no window with WebGL 2 is open; open one, or choose auto or wasm.',
    );
  }
  if (asked !== 'auto') return { name: asked, reason: { code: 'asked' } };
  if (!page) return { name: 'wasm', reason: { code: 'no-page' } };
  if (page.isSoftware) {
    return { name: 'wasm', reason: { code: 'software', renderer: page.renderer } };
  }
  const key = `${host.version} · ${page.renderer} · ${shapeClass(order)}`;
  const known = await host.recall(key);
  if (known) return known;
  const choice = await measured(order, host);
  await host.remember(key, choice);
  return choice;
}

/** Sizes rounded up to powers of two: shapes that near take near the same time. */
function shapeClass({ spec, options }: TrainingOrder): string {
  const { inputs, hidden, targets, horizons } = spec;
  const sizes = { inputs, hidden, outputs: targets * horizons.length };
  const more = { window: options.window ?? 0, batch: options.batch ?? 0 };
  return Object.entries({ ...sizes, ...more })
    .map(([name, size]) => `${name} ≤ ${2 ** Math.ceil(Math.log2(Math.max(1, size)))}`)
    .join(', ');
}

async function measured(order: TrainingOrder, host: BackendHost): Promise<BackendChoice> {
  const wasm = await timeSteps((timed) => host.open('wasm', timed), order);
  const webgl = await timeSteps((timed) => host.open('webgl', timed), order).catch(
    (error: unknown) => error as Error,
  );
  if (webgl instanceof Error) {
    return { name: 'wasm', reason: { code: 'failed', message: webgl.message } };
  }
  const difference = Math.max(
    ...wasm.losses.map((loss, i) => Math.abs(webgl.losses[i] - loss) / Math.abs(loss)),
  );
  if (!(difference <= LOSS_TOLERANCE)) {
    return { name: 'wasm', reason: { code: 'disagreed', difference } };
  }
  const name = webgl.ms < wasm.ms ? 'webgl' : 'wasm';
  return { name, reason: { code: 'measured', webglMs: webgl.ms, wasmMs: wasm.ms } };
}

export interface Timed {
  /** Of one step, the median. */
  readonly ms: number;
  readonly losses: readonly number[];
}

/** Opens the order as a short training and closes it again. */
export async function timeSteps(
  open: (order: TrainingOrder) => Promise<TrainingSession>,
  order: TrainingOrder,
): Promise<Timed> {
  const steps = WARM_UP_STEPS + TIMED_STEPS;
  const options = { ...order.options, steps, stepsPerEpoch: 1, validationFraction: 0 };
  const session = await open({ ...order, options });
  const times: number[] = [];
  const losses: number[] = [];
  try {
    while (losses.length < steps) {
      const started = performance.now();
      const { report } = await session.advance();
      if (!report) continue;
      times.push(performance.now() - started);
      losses.push(report.train);
    }
  } finally {
    session.close();
  }
  const timed = times.slice(WARM_UP_STEPS).sort((a, b) => a - b);
  return { ms: timed[Math.floor(timed.length / 2)], losses };
}
