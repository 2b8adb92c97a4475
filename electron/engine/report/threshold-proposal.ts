/**
 * What another threshold would have meant for all past events, from stored scores and without the
 * model. It only proposes: nothing is changed by it.
 */
import { Failure } from '../../../shared/contract/failure.ts';
import {
  countAlarms,
  replayThreshold,
  tuneThreshold,
} from '../../../shared/detect/threshold/replay.ts';
import { SCORE_COLUMNS } from '../../../shared/domain/score.ts';
import type {
  JudgedEvent,
  ThresholdMethod,
  ThresholdProposal,
} from '../../../shared/domain/threshold.ts';
import type { Reads } from '../store/local-reads.ts';

const ROWS_PER_READ = 65_536;
const DAY_MS = 86_400_000;
const SCORE = SCORE_COLUMNS.indexOf('score');

/** Throws Failure not-found when nothing was learnt, bad-usage for what cannot be tried. */
export async function proposeThreshold(
  store: Reads,
  streamId: number,
  method: ThresholdMethod,
  alarmsPerDay: number,
): Promise<ThresholdProposal> {
  const stream = await store.read['stream.get'](streamId);
  const card = await store.read['model.active'](streamId);
  if (!card) {
    throw new Failure('not-found', `Nothing has been learnt of ${stream.name} yet.`);
  }
  if (method === 'training-range') {
    throw new Failure(
      'bad-usage',
      'The scores of the training rows are not kept, so that this method cannot be tried over ' +
        'the past; choose another.',
    );
  }
  const { t, scores } = await storedScores(store, card.id);
  if (scores.length === 0) throw new Failure('not-found', `${stream.name} has no scores yet.`);
  const spec = tuneThreshold(method, alarmsPerDay, scores, stream.periodMs);
  const alarms = replayThreshold(spec, scores);
  const times = Float64Array.from(alarms, (row) => t[row]);
  const past = await store.read['event.list'](card.id);
  const days = (scores.length * stream.periodMs) / DAY_MS;
  const events: JudgedEvent[] = past.map(({ id, start, end, triage }) => ({
    ...{ id, start, end, verdict: triage.verdict },
    isKept: times.some((time) => time >= start && time <= end),
  }));
  const fresh = alarms.filter((row) =>
    past.every(({ start, end }) => t[row] < start || t[row] > end),
  );
  return {
    spec,
    events,
    before: { alarms: past.length, perDay: past.length / days },
    after: { alarms: countAlarms(method, alarms), perDay: countAlarms(method, alarms) / days },
    kept: events.filter(({ isKept }) => isKept).length,
    confirmedLost: lost(events, 'confirmed'),
    dismissedGone: lost(events, 'dismissed'),
    added: countAlarms(method, fresh),
  };
}

function lost(events: readonly JudgedEvent[], verdict: JudgedEvent['verdict']): number {
  return events.filter((event) => event.verdict === verdict && !event.isKept).length;
}

async function storedScores(
  store: Reads,
  modelId: number,
): Promise<{ t: Float64Array; scores: Float64Array }> {
  const times: number[] = [];
  const scores: number[] = [];
  for (let after = -Infinity; ;) {
    const batch = await store.read['score.rows'](modelId, after, ROWS_PER_READ);
    if (batch.t.length === 0) break;
    batch.columns[SCORE].forEach((score, i) => {
      if (Number.isNaN(score)) return;
      times.push(batch.t[i]);
      scores.push(score);
    });
    after = batch.t[batch.t.length - 1];
  }
  return { t: Float64Array.from(times), scores: Float64Array.from(scores) };
}
