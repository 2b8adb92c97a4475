/** `offbeat bench activity`: recognising activities of people who were never seen. */
import { Command, InvalidArgumentError } from 'commander';
import { NETWORKS, type RecogniserNetwork } from '../../shared/domain/recogniser.ts';
import {
  ActivityBench,
  DEFAULTS,
  type FoldResult,
} from '../engine/bench/activity/run-activity-bench.ts';
import { readLabelledRecordings } from '../engine/bench/activity/labelled-recordings.ts';
import { createNodeWasmBackend, fastestBuild } from '../engine/training/wasm-node.ts';
import { positiveInteger } from './option-values.ts';
import { writeBeside } from './write-beside.ts';

interface Options {
  readonly data: string;
  readonly folds: number;
  readonly only?: number;
  readonly seeds: number;
  readonly classes: number;
  readonly network: RecogniserNetwork;
  readonly epochs: number;
  readonly threads?: number;
  readonly gru: boolean;
  readonly few?: boolean;
  readonly unseen?: boolean;
  readonly json?: string;
}

const MINUTES = [1, 2, 5, 8];

export function benchActivityCommand(): Command {
  return new Command('activity')
    .description(
      'Recognise activities of people that were not learnt from. The data folder holds acc_* and ' +
        'gyro_* files with labels as HAPT publishes them, or CSV files with NAME.labels.csv.',
    )
    .option('--data <folder>', 'where the recordings are', 'data')
    .option('--folds <n>', 'groups of people, each held out once', positiveInteger, 4)
    .option('--only <fold>', 'this fold alone, from 0', Number)
    .option('--seeds <n>', 'trainings from different seeds', positiveInteger, 1)
    .option('--classes <n>', 'the first so many activities', positiveInteger, 6)
    .option('--network <name>', `one of ${NETWORKS.join(', ')}`, networkName, DEFAULTS.network)
    .option('--epochs <n>', 'times every window is seen', positiveInteger, DEFAULTS.epochs)
    .option('--threads <n>', 'of a training; all cores unless given', positiveInteger)
    .option('--no-gru', 'leave out the plain GRU beside it, which takes longest')
    .option('--few', 'also: accuracy on one person by minutes of labels')
    .option('--unseen', 'also: leave each activity out and see whether it is called unknown')
    .option('--json <file>', 'write all figures as JSON')
    .action(benchActivity);
}

function networkName(text: string): RecogniserNetwork {
  const found = NETWORKS.find((name) => name === text);
  if (found) return found;
  throw new InvalidArgumentError(`Networks are ${NETWORKS.join(', ')}; "${text}" is none.`);
}

async function benchActivity(options: Options): Promise<void> {
  const data = readLabelledRecordings(options.data);
  const backend = () => createNodeWasmBackend({ build: fastestBuild(), threads: options.threads });
  const bench = new ActivityBench(data, { ...DEFAULTS, ...options }, backend);
  const folds = [...Array(options.folds).keys()].filter((fold) => {
    return options.only === undefined || fold === options.only;
  });
  const { people, names } = bench;
  say(`${people.length} people, ${data.recordings.length} recordings, ${names.length} activities`);
  const results: FoldResult[] = [];
  for (const fold of folds) {
    const plain = bench.baselines(fold);
    if (options.gru) plain['GRU alone'] = bench.plainGru(fold, 1);
    for (const [name, { accuracy, macroF1 }] of Object.entries(plain)) {
      say(`fold ${fold}, ${name}: accuracy ${three(accuracy)}, macro-F1 ${three(macroF1)}`);
    }
    for (let seed = 1; seed <= options.seeds; seed++) {
      const result = bench.fold(fold, seed);
      results.push(result);
      say(foldLine(result));
    }
  }
  sayMeans(results);
  const few = options.few ? fewLabels(bench) : [];
  const unseen = options.unseen ? unseenActivities(bench, folds) : [];
  if (options.json === undefined) return;
  const all = { options, names, results, few, unseen };
  await writeBeside(options.json, [`${JSON.stringify(all, null, 1)}\n`]);
}

function foldLine({ fold, seed, scores }: FoldResult): string {
  const { windows, offline, live, unknownOfKnown } = scores;
  const segments = ({ f1, edit, delaySeconds }: typeof offline): string =>
    `F1 ${f1.map(three).join(' / ')}, edit ${three(edit)}, delay ${delaySeconds.toFixed(2)} s`;
  return [
    `fold ${fold}, seed ${seed}: accuracy ${three(windows.accuracy)},`,
    `macro-F1 ${three(windows.macroF1)}; segments offline ${segments(offline)};`,
    `live ${segments(live)}; unknown ${three(unknownOfKnown)};`,
    `${scores.trainSeconds.toFixed(1)} s, ${scores.parameters} parameters,`,
    `${scores.msPerWindow.toFixed(3)} ms a window`,
  ].join(' ');
}

function sayMeans(results: readonly FoldResult[]): void {
  const meanOf = (value: (result: FoldResult) => number): string =>
    three(results.reduce((sum, result) => sum + value(result), 0) / results.length);
  const byFold = Map.groupBy(results, ({ fold }) => fold);
  const lowest = Math.min(
    ...[...byFold.values()].map((own) => {
      return own.reduce((sum, { scores }) => sum + scores.windows.accuracy, 0) / own.length;
    }),
  );
  const figures = [
    `mean: accuracy ${meanOf(({ scores }) => scores.windows.accuracy)}`,
    `(lowest fold ${three(lowest)}),`,
    `macro-F1 ${meanOf(({ scores }) => scores.windows.macroF1)},`,
    `unknown ${meanOf(({ scores }) => scores.unknownOfKnown)},`,
    `segment F1 at 0.5 offline ${meanOf(({ scores }) => scores.offline.f1[2])},`,
    `live ${meanOf(({ scores }) => scores.live.f1[2])}`,
  ];
  say(figures.join(' '));
}

function fewLabels(bench: ActivityBench): object[] {
  return MINUTES.map((minutes) => {
    const all = bench.people.map((person) => bench.fewLabels(person, minutes, 1));
    const known = all.filter((accuracy) => !Number.isNaN(accuracy));
    const mean = known.reduce((sum, accuracy) => sum + accuracy, 0) / known.length;
    say(`${minutes} labelled minutes of one person: accuracy ${three(mean)} on the rest`);
    return { minutes, mean, all };
  });
}

function unseenActivities(bench: ActivityBench, folds: readonly number[]): UnseenResult[] {
  const all = bench.names.flatMap((name, label) =>
    folds.map((fold) => {
      const { unseen, known } = bench.unseen(label, fold, 1);
      const shares = `${three(unseen)} unknown, of the others ${three(known)}`;
      say(`fold ${fold}, "${name}" never labelled: ${shares}`);
      return { name, fold, unseen, known };
    }),
  );
  const meanOf = (key: 'unseen' | 'known'): string =>
    three(all.reduce((sum, one) => sum + one[key], 0) / all.length);
  say(`mean over activities: ${meanOf('unseen')} unknown, of the others ${meanOf('known')}`);
  return all;
}

interface UnseenResult {
  readonly name: string;
  readonly fold: number;
  readonly unseen: number;
  readonly known: number;
}

const three = (value: number): string => value.toFixed(3);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
