/**
 * Unnamed segments of a stream, for people to name: change points and groups of what the recogniser
 * sees in its windows; where there is none yet, of the mean and spread of each channel.
 */
import { loadRecogniser } from '../../../shared/activity/recogniser-checkpoint.ts';
import { proposeRegimes } from '../../../shared/activity/regimes.ts';
import type { Recording } from '../../../shared/activity/recording.ts';
import type { ProposedSegment } from '../../../shared/domain/activity.ts';
import type { StreamInfo } from '../../../shared/domain/stream.ts';
import { createRandom } from '../../../shared/math/prng.ts';
import type { ActivityOrder } from './activity-wire.ts';
import type { ActivityPlace } from './activity-worker.ts';
import { readRecordings } from './read-recordings.ts';
import { readParts } from './read-stretches.ts';

/** Rows that change points are looked for among; more are averaged to about so many. */
const ROWS_MAX = 3000;
/** Shortest proposed segment, rows. */
const LENGTH_MIN = 5;
const SEED = 1;
/** Samples of a window where nothing was learnt. */
const WINDOW = 64;

type Order = Extract<ActivityOrder, { readonly task: 'propose' }>;

/** What was seen around a time, [d]. */
interface Look {
  /** ms */
  readonly start: number;
  readonly end: number;
  readonly row: Float64Array;
}

export async function proposeSegments(
  place: ActivityPlace,
  { stream, checkpoint }: Order,
): Promise<readonly ProposedSegment[]> {
  const looks = averaged(
    checkpoint ? await statesOf(place, stream, checkpoint) : await simpleLooks(place, stream),
  );
  if (looks.length === 0) return [];
  const d = looks[0].row.length;
  const rows = new Float64Array(looks.length * d);
  looks.forEach(({ row }, i) => rows.set(row, i * d));
  return proposeRegimes(rows, d, LENGTH_MIN, createRandom(SEED)).map(
    ({ first, last, cluster }) => ({
      start: Math.round(looks[first].start),
      end: Math.round(looks[last].end),
      group: cluster,
    }),
  );
}

async function statesOf(
  place: ActivityPlace,
  stream: StreamInfo,
  checkpoint: Uint8Array,
): Promise<Look[]> {
  const recogniser = loadRecogniser(checkpoint);
  const { stepMs, window, hop } = recogniser.spec;
  const looks: Look[] = [];
  for await (const { recording, stretches, states } of readParts(place, stream, recogniser)) {
    for (const stretch of stretches) {
      const all = states(stretch);
      const R = all.length / stretch.places.length;
      stretch.places.forEach(({ first }, i) => {
        const start = recording.start + (first + (window - hop) / 2) * stepMs;
        looks.push({ start, end: start + hop * stepMs, row: all.slice(i * R, (i + 1) * R) });
      });
    }
  }
  return looks;
}

async function simpleLooks(place: ActivityPlace, stream: StreamInfo): Promise<Look[]> {
  if (!stream.range) return [];
  const columns = stream.channels.map((_, k) => k);
  const plan = { columns, periodMs: stream.periodMs, stepMs: stream.periodMs };
  const reader = (after: number, limit: number) => place.rows(stream.id, after, limit);
  const window = Math.max(WINDOW_MIN, Math.min(WINDOW, Math.floor(stream.rows / WINDOWS_WANTED)));
  const looks: Look[] = [];
  for await (const recording of readRecordings(reader, stream.range, plan)) {
    for (let first = 0; first + window <= recording.valid.length; first += window) {
      if (recording.valid.subarray(first, first + window).includes(0)) continue;
      const start = recording.start + first * recording.stepMs;
      const row = meanAndSpread(recording, first, window);
      looks.push({ start, end: start + window * recording.stepMs, row });
    }
  }
  return looks;
}

/** Fewer samples tell no spread; fewer windows no groups. */
const WINDOW_MIN = 8;
const WINDOWS_WANTED = 200;

function meanAndSpread({ values, channels }: Recording, first: number, window: number) {
  const row = new Float64Array(2 * channels);
  for (let k = 0; k < channels; k++) {
    let [sum, squares] = [0, 0];
    for (let i = first; i < first + window; i++) {
      const value = values[i * channels + k];
      [sum, squares] = [sum + value, squares + value * value];
    }
    row[k] = sum / window;
    const spread = Math.sqrt(Math.max(0, squares / window - row[k] ** 2));
    row[channels + k] = Math.log(1e-6 * Math.max(1, Math.abs(row[k])) + spread);
  }
  return row;
}

/** Neighbours put together until there are no more than ROWS_MAX. */
function averaged(looks: readonly Look[]): readonly Look[] {
  const size = Math.ceil(looks.length / ROWS_MAX);
  if (size <= 1) return looks;
  return Array.from({ length: Math.ceil(looks.length / size) }, (_, i) => {
    const own = looks.slice(i * size, (i + 1) * size);
    const row = own[0].row.map((_, k) => {
      return own.reduce((sum, look) => sum + look.row[k], 0) / own.length;
    });
    return { start: own[0].start, end: own[own.length - 1].end, row };
  });
}
