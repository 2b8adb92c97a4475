/** Where an event comes from: recompute it from what is kept, and compare. */
import { createHash } from 'node:crypto';
import { Failure } from '../../../shared/contract/failure.ts';
import type { Detector } from '../../../shared/detect/detector.ts';
import type { Provenance } from '../../../shared/domain/bundle.ts';
import type { TellProgress } from '../../../shared/domain/job.ts';
import type { SampleBatch } from '../../../shared/domain/stream.ts';
import type { Reads } from '../store/local-reads.ts';
import { Comparison, finite } from './comparison.ts';
import { modelSource, scoredRows } from './model-source.ts';
import { Replay } from './replay.ts';

/** Throws Failure not-found when the event is unknown, or what it takes is no longer kept. */
export async function provenanceOf(
  store: Reads,
  streamId: number,
  start: number,
  version: string,
  tell: TellProgress = () => undefined,
): Promise<Provenance> {
  const source = await modelSource(store, streamId);
  const { card, spec } = source;
  const event = (await store.read['event.list'](card.id)).find((one) => one.start === start);
  if (!event) throw new Failure('not-found', 'The newest model of this stream has no such event.');
  const hash = createHash('sha256');
  const replay = new Replay(spec, source.trainings);
  const comparison = new Comparison(spec);
  const total = await store.read['score.count'](card.id, event.end);
  let rows = 0;
  let peak: Pick<Provenance, 'scaler' | 'score'> | null = null;
  for await (const batch of scoredRows(store, source, event.end)) {
    hashRows(hash, batch.rows);
    await replay.push(batch.rows, batch.scores, (i, computed) => {
      const t = batch.rows.t[i];
      rows++;
      if (t >= event.start) comparison.row(t, batch.scores, i, computed);
      if (t === event.peakTime) peak = atPeak(replay.detector, t, card.channels);
    });
    tell('compute', rows, total, 'rows');
  }
  if (!peak) throw new Failure('not-found', 'The rows of this event are no longer kept.');
  const used = Array.from({ length: replay.trainings }, (_, i) => source.trainings(i + 1));
  const { id, mode, channels, trainRows, seed, backend, checkpointSha256 } = card;
  return {
    model: {
      ...{ id, mode, channels, trainRows, seed, backend, checkpointSha256 },
      ...(card.recogniser && { activities: card.recogniser.activities }),
      trainingSha256: (await Promise.all(used)).map(sha256),
    },
    data: { from: card.trainRange.from, to: event.end, rows, sha256: hash.digest('hex') },
    ...(peak as Pick<Provenance, 'scaler' | 'score'>),
    versions: { offbeat: version, ...versionsHere() },
    recomputed: comparison.result,
  };
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Row by row: t, then the channels, as little-endian float64. */
export function hashRows(hash: ReturnType<typeof createHash>, { t, columns }: SampleBatch): void {
  const width = 1 + columns.length;
  const view = new DataView(new ArrayBuffer(8 * width * t.length));
  for (let i = 0; i < t.length; i++) {
    view.setFloat64(8 * width * i, t[i], true);
    columns.forEach((column, k) => view.setFloat64(8 * (width * i + 1 + k), column[i], true));
  }
  hash.update(new Uint8Array(view.buffer));
}

export function versionsHere(): Record<string, string> {
  const { node, v8 } = process.versions;
  return { node: node ?? '', v8: v8 ?? '', platform: `${process.platform} ${process.arch}` };
}

function atPeak(
  detector: Detector,
  t: number,
  channels: readonly string[],
): Pick<Provenance, 'scaler' | 'score'> {
  const { score, held, threshold, provisional, own, expectedLow, expectedHigh } = detector.reading;
  return {
    scaler: detector.scales.map(({ centre, scale }, k) => ({
      channel: channels[k],
      centre,
      scale,
    })),
    score: {
      ...{ t, score: finite(score), held: finite(held), threshold: finite(threshold) },
      isProvisional: provisional,
      terms: channels.map((channel, k) => ({
        ...{ channel, own: finite(own[k]) },
        ...{ expectedLow: finite(expectedLow[k]), expectedHigh: finite(expectedHigh[k]) },
      })),
    },
  };
}
