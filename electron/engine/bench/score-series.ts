/** Our detector over one labelled series, as the application runs it; one thread. */
import { Detector } from '../../../shared/detect/detector.ts';
import type { DetectionSpec } from '../../../shared/detect/spec.ts';
import type { TrainingRequest } from '../../../shared/detect/training-request.ts';
import type { AnomalyEvent } from '../../../shared/domain/event.ts';
import { scoreColumnNames } from '../../../shared/domain/score.ts';
import type { Forecaster } from '../../../shared/model/forecaster.ts';
import { openTraining } from '../../../shared/train/order.ts';
import { orderOf } from '../training/learn.ts';
import { createNodeWasmBackend, wasmStepper } from '../training/wasm-node.ts';
import type { Series } from './series.ts';

export interface OwnScores {
  /** s_t and its two parts, one a row; 0 where nothing was scored. */
  readonly score: Float64Array;
  readonly byLevel: Float64Array;
  readonly byForecast: Float64Array;
  /** 1 where an alarm stood at the default threshold. */
  readonly flags: Uint8Array;
  readonly events: readonly AnomalyEvent[];
}

/** `options`: other than the application's. `learn`: whoever has the weights. */
export function scoreSeries(
  series: Series,
  seed: number,
  options: Pick<DetectionSpec, 'recipe' | 'effort' | 'threshold'> = {},
  learn = trainNow,
): OwnScores {
  const { mode, channels, trainRows, hasTime, columns, t } = series;
  const given = { mode, channels, trainRows, seed, hasTime, constantIsNormal: true };
  const detector = new Detector({ ...given, ...options }, wasmStepper);
  const rows = t.length;
  const [score, byLevel, byForecast] = [0, 0, 0].map(() => new Float64Array(rows));
  const flags = new Uint8Array(rows);
  const values = new Float64Array(channels.length);
  const out = new Float64Array(scoreColumnNames(channels).length);
  let learnt: Forecaster | null = null;
  for (let i = 0; i < rows; i++) {
    const request = detector.trainingDue();
    if (request) learnt = learn(request);
    if (learnt && detector.isAdoptionDue()) detector.adopt(learnt);
    columns.forEach((column, k) => (values[k] = column[i]));
    detector.push(t[i], values, out);
    const { reading } = detector;
    score[i] = reading.score || 0;
    byLevel[i] = reading.byLevel || 0;
    byForecast[i] = reading.byForecast || 0;
    flags[i] = reading.held > 0 ? 1 : 0;
  }
  return { score, byLevel, byForecast, flags, events: detector.finish() };
}

export function trainNow(request: TrainingRequest): Forecaster {
  const backend = createNodeWasmBackend({ build: 'plain', threads: 1 });
  const { trainer, forecaster } = openTraining(backend, orderOf(request), null);
  while (trainer.end === null) trainer.advance();
  trainer.finish();
  backend.dispose();
  return forecaster;
}
