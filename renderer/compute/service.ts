/**
 * Serves ComputeApi on the one graphics context of the page. Between two steps it waits for the
 * graphics card, so that never more than one step stands before what the window wants to draw.
 */
import type { ComputeApi, ComputeInfo } from '../../shared/contract/compute-api.ts';
import { Failure } from '../../shared/contract/failure.ts';
import type { Handlers } from '../../shared/contract/server.ts';
import type { Backend } from '../../shared/model/backend.ts';
import {
  numbersOf,
  openTraining,
  type Advance,
  type OpenTraining,
} from '../../shared/train/order.ts';
import type { EpochReport } from '../../shared/train/trainer.ts';
import { isSoftwareRenderer } from './software-renderer.ts';
import { ContextLost, Graphics } from './webgl/graphics.ts';
import { createWebglBackend } from './webgl/webgl.ts';

interface Training extends OpenTraining {
  readonly graphics: Graphics;
  readonly backend: Backend;
}

export class ComputeService {
  readonly handlers: Handlers<ComputeApi> = {
    'compute.info': () => this.info(),
    'train.open': (order, state) =>
      this.guard(() => {
        const graphics = this.graphics();
        const backend = createWebglBackend(graphics);
        try {
          const training = { graphics, backend, ...openTraining(backend, order, state) };
          graphics.checkMemory();
          graphics.check();
          this.trainings.set(++this.lastId, training);
          return this.lastId;
        } catch (error) {
          backend.dispose();
          throw error;
        }
      }),
    'train.advance': (id, milliseconds) => this.guard(() => this.advance(id, milliseconds)),
    'train.state': (id) => this.guard(() => this.training(id).trainer.state()),
    'train.finish': (id) =>
      this.guard(() => {
        const { trainer, forecaster } = this.training(id);
        trainer.finish();
        this.close(id);
        return numbersOf(forecaster);
      }),
    'train.close': (id) => this.close(id),
  };
  private readonly trainings = new Map<number, Training>();
  private lastId = 0;
  private current: Graphics | null = null;

  private info(): ComputeInfo {
    const { renderer } = this.graphics();
    return { renderer, isSoftware: isSoftwareRenderer(renderer) };
  }

  /** The context at hand, or a new one where it was lost. */
  private graphics(): Graphics {
    const former = this.current;
    if (former?.isLost) this.forget(former);
    this.current ??= Graphics.open();
    if (this.current && !this.current.isLost) return this.current;
    this.current = null;
    // A window of its own is opened again by the shell, in a process that may get a context.
    if (former && window.top === window) window.close();
    if (former) throw new Failure('lost', 'The graphics context was lost and there is no other.');
    throw new Failure('refused', 'This page has no WebGL 2 that computes with floats.');
  }

  private training(id: number): Training {
    const training = this.trainings.get(id);
    // So it is after the page was loaded again, too.
    if (!training) throw new Failure('lost', `Training ${id} is not in this page.`);
    training.graphics.check();
    return training;
  }

  private async advance(id: number, milliseconds: number): Promise<Advance> {
    const { trainer, graphics } = this.training(id);
    const until = performance.now() + milliseconds;
    let report: EpochReport | null = null;
    while (trainer.end === null && report === null) {
      report = trainer.advance();
      await graphics.settled();
      // It may have been closed meanwhile.
      this.training(id);
      if (performance.now() >= until) break;
    }
    if (report && isBlank(report) && !graphics.isAlive()) throw new ContextLost();
    return { step: trainer.step, report, end: trainer.end };
  }

  private close(id: number): void {
    this.trainings.get(id)?.backend.dispose();
    this.trainings.delete(id);
  }

  private forget(lost: Graphics): void {
    for (const [id, { graphics }] of this.trainings) {
      if (graphics === lost) this.trainings.delete(id);
    }
    this.current = null;
  }

  /** Says `lost` for a lost context and `bad-input` for an order that the maths refuses. */
  private async guard<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof ContextLost || this.current?.isLost) {
        throw new Failure('lost', 'The graphics context was lost.');
      }
      if (error instanceof RangeError) throw new Failure('bad-input', error.message);
      throw error;
    }
  }
}

/** Losses and gradients of nothing but zeros: what a lost context answers. */
function isBlank({ train, gradients }: EpochReport): boolean {
  return train === 0 && Object.values(gradients).every(({ norm }) => norm === 0);
}
