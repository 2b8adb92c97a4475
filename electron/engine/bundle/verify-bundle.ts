/** Is a bundle as it was written, and do its scores come out again? */
import { Failure } from '../../../shared/contract/failure.ts';
import type { BundleReport, Recomputed } from '../../../shared/domain/bundle.ts';
import type { TellProgress } from '../../../shared/domain/job.ts';
import { scoreColumnNames } from '../../../shared/domain/score.ts';
import { openBundle, type Members } from './archive.ts';
import { readColumns } from './columns.ts';
import { Comparison } from './comparison.ts';
import { Replay, TELL_ROWS } from './replay.ts';
import type { BundleConfiguration } from './write-bundle.ts';

/** Throws Failure bad-input for what is no bundle, or one whose parts do not fit together. */
export async function verifyBundle(
  bytes: Uint8Array,
  tell: TellProgress = () => undefined,
): Promise<BundleReport> {
  const { manifest, members, broken } = openBundle(bytes);
  if (!manifest || broken.length > 0) return { manifest, broken, recomputed: null };
  return { manifest, broken, recomputed: await recompute(members, tell) };
}

async function recompute(members: Members, tell: TellProgress): Promise<Recomputed> {
  const { spec } = configurationOf(members);
  const { channels, activities } = spec;
  const rows = await readColumns('data.parquet', part(members, 'data.parquet'), channels.length);
  const width = scoreColumnNames(channels, activities).length;
  const scores = await readColumns('scores.parquet', part(members, 'scores.parquet'), width);
  if (scores.t.length !== rows.t.length) {
    throw new Failure('bad-input', 'The bundle has another number of scores than of rows.');
  }
  const comparison = new Comparison(spec);
  try {
    const weights = (number: number): Promise<Uint8Array> =>
      Promise.resolve(part(members, `trainings/${number}.safetensors`));
    const replay = new Replay(spec, weights, part(members, 'state.json'));
    await replay.push(rows, scores.columns, (i, computed) => {
      comparison.row(rows.t[i], scores.columns, i, computed);
      if (i % TELL_ROWS === 0) tell('compute', i, rows.t.length, 'rows');
    });
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('bad-input', `The bundle cannot be computed: ${(error as Error).message}`);
  }
  return comparison.result;
}

function part(members: Members, name: string): Uint8Array {
  const bytes = members[name];
  if (!bytes) throw new Failure('bad-input', `The bundle has no ${name}.`);
  return bytes;
}

function configurationOf(members: Members): BundleConfiguration {
  try {
    const text = new TextDecoder().decode(part(members, 'configuration.json'));
    const configuration = JSON.parse(text) as BundleConfiguration;
    const { channels, mode } = configuration.spec;
    if (Array.isArray(channels) && (mode === 'stream' || mode === 'reference'))
      return configuration;
  } catch {
    // Said below.
  }
  throw new Failure('bad-input', 'configuration.json does not describe a detector.');
}
