/**
 * Thresholds tried while a pointer moves: the scores of the models asked after last stay at hand,
 * and rows that came since are added to them.
 */
import { Failure } from '../../../shared/contract/failure.ts';
import { alarmRate } from '../../../shared/detect/threshold/replay.ts';
import { JUDGES } from '../../../shared/detect/threshold/threshold.ts';
import type { ModelCard } from '../../../shared/domain/model.ts';
import type {
  ThresholdCurve,
  ThresholdMethod,
  ThresholdSpec,
  ThresholdTrial,
} from '../../../shared/domain/threshold.ts';
import type { StreamInfo } from '../../../shared/domain/stream.ts';
import type { Store } from '../store/store-api.ts';
import { thresholdByVerdicts } from './threshold-by-verdicts.ts';
import { thresholdEffect, type ScoreLine } from './threshold-effect.ts';

const ROWS_PER_READ = 65_536;
/** Models whose scores are held: 16 bytes a row. */
const MODELS_MAX = 3;
const CURVE_POINTS = 24;
/** Finer: the best of them is what is proposed. */
const VERDICT_POINTS = 96;

export class ThresholdDesk {
  private readonly store: Pick<Store, 'read'>;
  private readonly lines = new Map<number, ScoreLine>();

  constructor(store: Pick<Store, 'read'>) {
    this.store = store;
  }

  /** Throws Failure not-found when nothing was learnt, bad-usage for what cannot be tried. */
  async try(streamId: number, spec: ThresholdSpec): Promise<ThresholdTrial> {
    const { stream, card } = await this.modelOf(streamId, spec.method);
    const line = await this.lineOf(card.id);
    const past = await this.store.read['event.list'](card.id);
    return thresholdEffect(spec, line, past, stream.periodMs);
  }

  async curve(streamId: number, method: ThresholdMethod): Promise<ThresholdCurve> {
    const { stream, card } = await this.modelOf(streamId, method);
    const { scores } = await this.lineOf(card.id);
    const parameters = parametersOf(method, CURVE_POINTS);
    const perDay: number[] = [];
    for (const parameter of parameters) {
      perDay.push(alarmRate({ method, parameter }, 0, scores, stream.periodMs).realised);
      await breath();
    }
    return { method, parameters, perDay };
  }

  /** Throws Failure bad-usage when nobody judged any event. */
  async byVerdicts(streamId: number, method: ThresholdMethod): Promise<ThresholdSpec> {
    const { stream, card } = await this.modelOf(streamId, method);
    const line = await this.lineOf(card.id);
    const past = await this.store.read['event.list'](card.id);
    if (past.every(({ triage }) => triage.verdict === null)) {
      throw new Failure(
        'bad-usage',
        `No event of ${stream.name} has been judged; confirm or dismiss some first.`,
      );
    }
    const tried: ThresholdTrial[] = [];
    for (const parameter of parametersOf(method, VERDICT_POINTS)) {
      tried.push(thresholdEffect({ method, parameter }, line, past, stream.periodMs));
      await breath();
    }
    return thresholdByVerdicts(tried)!;
  }

  private async modelOf(
    streamId: number,
    method: ThresholdMethod,
  ): Promise<{ stream: StreamInfo; card: ModelCard }> {
    const stream = await this.store.read['stream.get'](streamId);
    const card = await this.store.read['model.active'](streamId);
    if (!card) throw new Failure('not-found', `Nothing has been learnt of ${stream.name} yet.`);
    if (method === 'training-range') {
      throw new Failure(
        'bad-usage',
        'The scores of the training rows are not kept, so that this method cannot be tried over ' +
          'the past; choose another.',
      );
    }
    return { stream, card };
  }

  private async lineOf(modelId: number): Promise<ScoreLine> {
    const known = this.lines.get(modelId);
    const parts: ScoreLine[] = known ? [known] : [];
    for (let after = known?.t.at(-1) ?? -Infinity; ;) {
      const part = await this.store.read['score.line'](modelId, after, ROWS_PER_READ);
      if (part.t.length === 0) break;
      parts.push(part);
      after = part.t[part.t.length - 1];
    }
    const line = parts.length === 1 ? parts[0] : joined(parts);
    this.lines.delete(modelId);
    this.lines.set(modelId, line);
    for (const id of [...this.lines.keys()].slice(0, -MODELS_MAX)) this.lines.delete(id);
    return line;
  }
}

/** So many parameters of a method from strict to lax, evenly on a logarithmic scale. */
function parametersOf(method: ThresholdMethod, count: number): number[] {
  const { strict, lax } = JUDGES[method];
  const share = (i: number): number => i / (count - 1);
  return Array.from({ length: count }, (_, i) =>
    Number((strict * (lax / strict) ** share(i)).toPrecision(3)),
  );
}

/** Others wait for this thread too. */
const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function joined(parts: readonly ScoreLine[]): ScoreLine {
  const rows = parts.reduce((sum, { t }) => sum + t.length, 0);
  const line = { t: new Float64Array(rows), scores: new Float64Array(rows) };
  let at = 0;
  for (const { t, scores } of parts) {
    line.t.set(t, at);
    line.scores.set(scores, at);
    at += t.length;
  }
  return line;
}
