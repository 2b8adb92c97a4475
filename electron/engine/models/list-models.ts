/** The models of a stream, and what each makes of its rows. */
import type { KeptModel } from '../../../shared/domain/model.ts';
import { Detector } from '../../../shared/detect/detector.ts';
import { knownDrift } from '../../../shared/detect/drift.ts';
import type { Store } from '../store/store-api.ts';
import { unpackLearnState } from '../training/learn-state.ts';

/** The newest first. */
export async function listModels(
  { read }: Pick<Store, 'read'>,
  streamId: number,
): Promise<KeptModel[]> {
  const models = await read['model.list'](streamId);
  const speaker = models.find(({ role }) => role === 'active');
  return Promise.all(
    models.map(async (model) => {
      // Former models were never told to rest; the newest active one speaks.
      const role = model.role === 'active' && model !== speaker ? 'off' : model.role;
      const events = await read['event.list'](model.card.id);
      const count = (verdict: string): number =>
        events.filter(({ triage }) => triage.verdict === verdict).length;
      const judged = { confirmed: count('confirmed'), dismissed: count('dismissed') };
      return { ...model, role, events: { all: events.length, ...judged } };
    }),
  );
}

export interface ModelDrift {
  /** Median of its recent scores against that of its training. */
  readonly times: number;
  /** ms; from here on they have been high. null: they are not. */
  readonly since: number | null;
}

/** By the state saved last. null: it scores no rows as they come, or too few so far. */
export async function driftOfModel(
  { read }: Pick<Store, 'read'>,
  modelId: number,
): Promise<ModelDrift | null> {
  const saved = unpackLearnState(await read['monitor.state'](modelId));
  const drift = saved && Detector.driftIn(saved.detector);
  const times = drift && knownDrift(drift);
  return drift && times !== null ? { times, since: drift.high > 0 ? drift.since : null } : null;
}
