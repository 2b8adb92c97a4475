/** Which channels and which rows of a stream a model learns from. */
import { Failure } from '../../../shared/contract/failure.ts';
import { defaultTrainRows } from '../../../shared/detect/mode.ts';
import type { DetectionMode } from '../../../shared/domain/model.ts';
import type { StreamInfo } from '../../../shared/domain/stream.ts';
import type { LearnHost } from './learn.ts';

const ROWS_PER_READ = 65_536;

/** Column indices of the named channels, in the order asked; all when no name is given. */
export function selectChannels(stream: StreamInfo, names?: readonly string[]): number[] {
  if (!names || names.length === 0) return stream.channels.map((_, index) => index);
  return names.map((name) => {
    const index = stream.channels.findIndex((channel) => channel.name === name);
    if (index < 0) {
      const known = stream.channels.map((channel) => channel.name).join(', ');
      throw new Failure(
        'bad-input',
        `${stream.name} has no channel "${name}"; choose among ${known}.`,
      );
    }
    return index;
  });
}

export interface TrainingRange {
  /** ms; scoring starts here. */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
}

type RangeHost = Pick<LearnHost, 'stream' | 'options' | 'rows'>;

/** The rows taken as normal: a time range, a number of first rows, or the default share. */
export async function trainingRows(host: RangeHost, mode: DetectionMode): Promise<TrainingRange> {
  const { stream, options } = host;
  if (!stream.range) throw new Failure('bad-input', `${stream.name} holds no row to learn from.`);
  const from = Math.max(options.train?.from ?? -Infinity, stream.range.from);
  const rowsMax = options.train
    ? Infinity
    : Math.min(options.trainRows ?? defaultTrainRows(mode, stream.rows), stream.rows);
  const to = options.train?.to ?? Infinity;
  const range = await countRows(host, from, to, rowsMax);
  if (options.trainRows !== undefined && options.trainRows > stream.rows) {
    throw new Failure(
      'bad-input',
      `${stream.name} has ${stream.rows} rows, fewer than the ${options.trainRows} rows asked ` +
        'for training; choose a smaller number.',
    );
  }
  return range;
}

async function countRows(
  host: RangeHost,
  from: number,
  to: number,
  rowsMax: number,
): Promise<TrainingRange> {
  let rows = 0;
  let first = from;
  let last = from;
  for (let after = from - 1; rows < rowsMax;) {
    const { t } = await host.rows(after, Math.min(ROWS_PER_READ, rowsMax - rows));
    const inside = t.findLastIndex((time) => time <= to) + 1;
    if (inside === 0) break;
    if (rows === 0) first = t[0]!;
    rows += inside;
    last = t[inside - 1]!;
    if (inside < t.length) break;
    after = last;
  }
  if (rows === 0) {
    const end = to === Infinity ? 'the end' : new Date(to).toISOString();
    const span = `${new Date(from).toISOString()} to ${end}`;
    throw new Failure(
      'bad-input',
      `${host.stream.name} has no row in the training range ${span}; ` +
        'choose a range inside its data.',
    );
  }
  return { from: first, to: last, rows };
}
