/**
 * What is learnt from and what comes live in the test of the live ribbon: a machine that is made
 * up, or people of a folder of labelled recordings where OFFBEAT_RECORDINGS names one.
 */
import {
  readLabelledRecordings,
  type LabelledRecordings,
} from '../../electron/engine/bench/activity/labelled-recordings.ts';
import type { NewLabel } from '../../shared/domain/activity.ts';
import type { RecogniserOptions } from '../../shared/domain/recogniser.ts';
import type { Channel, SampleBatch } from '../../shared/domain/stream.ts';
import {
  MODE_CHANNELS,
  MODE_START_MS,
  MODE_STEP_MS,
  modeLabels,
  modeRows,
} from './machine-modes.ts';

export interface LiveMachines {
  readonly channels: readonly Channel[];
  readonly periodMs: number;
  readonly learnt: readonly {
    readonly group: string;
    readonly batch: SampleBatch;
    readonly labels: readonly NewLabel[];
  }[];
  readonly live: SampleBatch;
  readonly options: Pick<RecogniserOptions, 'windowMs' | 'epochs' | 'triplets' | 'acceleration'>;
}

export function liveMachines(folder: string | undefined): LiveMachines {
  return folder === undefined ? madeUp() : recorded(readLabelledRecordings(folder));
}

function madeUp(): LiveMachines {
  const day = [0, 1, 2, 0, 1, 2, 0].map((mode) => [mode, 160] as const);
  const today = [2, 0, 1, 2, 0, 2, 0, 1].map((mode) => [mode, 160] as const);
  return {
    ...{ channels: MODE_CHANNELS, periodMs: MODE_STEP_MS },
    learnt: [1, 2, 3, 4].map((seed) => {
      return { group: `mill ${seed}`, batch: modeRows(day, seed), labels: modeLabels(day) };
    }),
    live: modeRows(today, 9),
    options: { windowMs: 32 * MODE_STEP_MS, epochs: 4 },
  };
}

/** The basic activities; one person comes live, for six minutes. */
const BASIC = 6;
const LIVE_MS = 6 * 60_000;

function recorded(data: LabelledRecordings): LiveMachines {
  const channels = Array.from({ length: data.plan.channels }, (_, k) => ({
    name: `c${k}`,
    unit: '',
  }));
  const periodMs = data.recordings[0].stepMs;
  const batchOf = (index: number, rowsMax = Infinity): SampleBatch => {
    const { values, valid } = data.recordings[index];
    const rows = Math.min(valid.length, rowsMax);
    return {
      t: Float64Array.from({ length: rows }, (_, i) => MODE_START_MS + i * periodMs),
      columns: channels.map((_, k) => {
        return Float64Array.from({ length: rows }, (__, i) => values[i * channels.length + k]);
      }),
    };
  };
  const labelsOf = (index: number): NewLabel[] =>
    data.spans
      .filter(({ recording, label }) => recording === index && label < BASIC)
      .map(({ first, last, label }) => ({
        ...{ kind: 'activity', activity: data.classes[label], author: '', note: '' },
        start: MODE_START_MS + first * periodMs,
        end: MODE_START_MS + (last + 1) * periodMs,
      }));
  const others = data.groups.map((group, index) => ({ group, index }));
  const names = ['x', 'y', 'z'].map((_, k) => k);
  return {
    ...{ channels, periodMs },
    learnt: others
      .filter(({ group }) => group !== data.groups[0])
      .map(({ group, index }) => ({ group, batch: batchOf(index), labels: labelsOf(index) })),
    live: batchOf(0, LIVE_MS / periodMs),
    options: {
      triplets: data.plan.triplets.map((first) => names.map((k) => channels[first + k].name)),
      ...(data.plan.acceleration !== null && { acceleration: 0 }),
    },
  };
}
