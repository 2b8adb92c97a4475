/**
 * A training in hand, wherever it runs. It advances a moment at a time; between two moments its
 * owner may look, save, or simply not go on.
 */
import type { Client } from '../../../shared/contract/client.ts';
import type { ComputeApi } from '../../../shared/contract/compute-api.ts';
import { Failure } from '../../../shared/contract/failure.ts';
import type { Backend } from '../../../shared/model/backend.ts';
import { emptyForecaster, type Forecaster } from '../../../shared/model/forecaster.ts';
import {
  advanceFor,
  openTraining,
  type Advance,
  type TrainingOrder,
} from '../../../shared/train/order.ts';
import type { TrainerState } from '../../../shared/train/trainer.ts';

export interface TrainingSession {
  /** A step lower than before: the training fell back to an earlier state and does it again. */
  advance(): Promise<Advance>;
  state(): Promise<TrainerState>;
  /** The trained forecaster; ends the session. */
  finish(): Promise<Forecaster>;
  close(): void;
}

/** Windows and cancel buttons wait at most about this long. */
const SLICE_MS = 100;
/** A page that lost its context goes back at most this far. */
const PAGE_SAVE_MS = 3000;
const PAGE_RESTARTS_MAX = 5;
const PAGE_WAIT_MS = 30_000;
const PAGE_RETRY_MS = 250;

export function localSession(
  backend: Backend,
  order: TrainingOrder,
  state: TrainerState | null,
): TrainingSession {
  const { trainer, forecaster } = openTraining(backend, order, state);
  return {
    advance: async () => {
      // Lets messages in: a request to pause, for one.
      await new Promise<void>((resolve) => setImmediate(resolve));
      return advanceFor(trainer, SLICE_MS, () => performance.now());
    },
    state: () => Promise.resolve(trainer.state()),
    finish: () => {
      trainer.finish();
      backend.dispose();
      return Promise.resolve(forecaster);
    },
    close: () => backend.dispose(),
  };
}

/** A page that computes, or what stands between it and here. */
export type ComputePage = Pick<Client<ComputeApi>, 'call'>;

/**
 * A training in a page. When the page loses its graphics context or goes away, it goes on from the
 * last state in whichever page answers next, with the same numbers. Failure `lost` when none does.
 */
export async function pageSession(
  page: ComputePage,
  order: TrainingOrder,
  state: TrainerState | null,
): Promise<TrainingSession> {
  let saved = state;
  let savedAt = performance.now();
  let restarts = 0;
  let id = await page.call('train.open', order, state);

  const save = async (): Promise<TrainerState> => {
    saved = await page.call('train.state', id);
    savedAt = performance.now();
    return saved;
  };
  /** Does what may fail with the page; answers null when it had to begin again from `saved`. */
  const surviving = async <T>(work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      if (!isLost(error) || ++restarts > PAGE_RESTARTS_MAX) throw error;
      id = await reopen(page, order, saved);
      return null;
    }
  };
  return {
    advance: async () => {
      const advance = await surviving(async () => {
        const moment = await page.call('train.advance', id, SLICE_MS);
        if (performance.now() - savedAt > PAGE_SAVE_MS) await save();
        return moment;
      });
      return advance ?? { step: saved?.step ?? 0, report: null, end: null };
    },
    state: async () => (await surviving(save)) ?? saved ?? page.call('train.state', id),
    finish: async () => {
      const forecaster = emptyForecaster(order.spec);
      const numbers = await page.call('train.finish', id);
      for (const [name, { data }] of forecaster.parameters) data.set(numbers[name]);
      return forecaster;
    },
    close: () => void page.call('train.close', id).catch(() => undefined),
  };
}

async function reopen(
  page: ComputePage,
  order: TrainingOrder,
  state: TrainerState | null,
): Promise<number> {
  for (const until = performance.now() + PAGE_WAIT_MS; ;) {
    try {
      return await page.call('train.open', order, state);
    } catch (error) {
      if (!isLost(error) || performance.now() > until) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAGE_RETRY_MS));
  }
}

export function isLost(error: unknown): boolean {
  return error instanceof Failure && error.code === 'lost';
}
