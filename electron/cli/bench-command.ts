/** `offbeat bench detect`: the public detection benchmarks, by their official protocols. */
import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { Failure } from '../../shared/contract/failure.ts';
import { benchPage, short } from '../engine/bench/bench-html.ts';
import { OURS } from '../engine/bench/bench-series.ts';
import type { Choice } from '../engine/bench/choices/choices.ts';
import { runBench, type BenchRun } from '../engine/bench/run-bench.ts';
import { EXPECTED, FAMILIES, hasFolder, listSeries, type Family } from '../engine/bench/series.ts';
import { summarise, type FamilySummary } from '../engine/bench/summary.ts';
import { aligned } from './aligned.ts';
import { benchActivityCommand } from './bench-activity-command.ts';
import { benchChoices, choiceList } from './bench-choices.ts';
import { benchCouplingCommand } from './bench-coupling-command.ts';
import { benchIngestCommand } from './bench-ingest-command.ts';
import { benchMonitorCommand } from './bench-monitor-command.ts';
import { benchUiCommand } from './bench-ui-command.ts';
import { nameList, positiveInteger } from './option-values.ts';
import { UnfitFiles } from './unfit-files.ts';
import { VERSION } from './version.ts';
import { writeBeside } from './write-beside.ts';

interface BenchOptions {
  readonly data: string;
  readonly family: readonly Family[];
  readonly seeds: number;
  readonly only?: string;
  readonly threads: number;
  readonly choices?: true;
  readonly choice?: readonly Choice[];
  readonly keep?: string;
  readonly json?: string;
  readonly html?: string;
}

export function benchCommand(): Command {
  const detect = new Command('detect')
    .description(
      'Score the detector on labelled recordings, beside baselines that need no model. The data ' +
        'folder holds NAB, SKAB, SMD, SMAP, UCR, MBA or IMS as they are published.',
    )
    .option('--data <folder>', 'where the recordings are', 'data')
    .option('--family <a,b>', `families to score: ${FAMILIES.join(', ')}`, families, [...FAMILIES])
    .option('--seeds <n>', 'trainings from different seeds', positiveInteger, 1)
    .option('--only <text>', 'only files whose category/name holds this')
    .option('--threads <n>', 'series at a time', positiveInteger, availableParallelism())
    .option('--choices', 'how each choice of the recipe carries over to categories left out')
    .option('--choice <a,b>', 'the same, of these choices alone', choiceList)
    .option('--keep <file>', 'of --choices: what is known so far, to go on from after Ctrl+C')
    .option('--json <file>', 'write all figures as JSON')
    .option('--html <file>', 'write tables and curves as a page')
    .action(benchDetect);
  return new Command('bench')
    .description('Measure how well Offbeat works.')
    .addCommand(detect)
    .addCommand(benchActivityCommand())
    .addCommand(benchCouplingCommand())
    .addCommand(benchIngestCommand())
    .addCommand(benchMonitorCommand())
    .addCommand(benchUiCommand());
}

function families(text: string): Family[] {
  return nameList(text).map((name) => {
    const family = FAMILIES.find((known) => known === name.toLowerCase());
    if (family) return family;
    throw new InvalidArgumentError(`Families are ${FAMILIES.join(', ')}; "${name}" is none.`);
  });
}

/** What is looked for in folders that are there and hold nothing that is known. */
function expectedFiles(data: string, asked: readonly Family[]): string {
  return asked
    .filter((family) => hasFolder(data, family))
    .map((family) => ` In ${family.toUpperCase()}: ${EXPECTED[family]}.`)
    .join('');
}

async function benchDetect(options: BenchOptions): Promise<void> {
  const { data, family: asked, seeds, only, threads } = options;
  const started = performance.now();
  const files = asked
    .flatMap((family) => listSeries(data, family))
    .filter(({ category, name }) => !only || `${category}/${name}`.includes(only));
  if (files.length === 0) {
    throw new Failure(
      'bad-input',
      `${data} holds no recording of ${asked.join(', ')}; a folder with ` +
        `${asked.map((name) => name.toUpperCase()).join(', ')} as published was expected. Say ` +
        'where it is with --data.' +
        expectedFiles(data, asked),
    );
  }
  if (options.choices || options.choice) return benchChoices(files, options);
  const orders = Array.from({ length: seeds }, (_, i) => i + 1).flatMap((seed) =>
    files.map((file) => ({ file, seed, withBaselines: seed === 1 })),
  );
  const unfit = new UnfitFiles();
  const runs = await runBench(orders, {
    threads,
    onUnfit: unfit.add,
    onDone: (done, { file, seed }, { rows, seconds }) => {
      const what = `${file.category}/${file.name}, seed ${seed}`;
      const took = `${rows} rows, ${seconds.toFixed(1)} s`;
      process.stderr.write(`${done} of ${orders.length}: ${what}, ${took}\n`);
    },
  });
  unfit.refuseAll(files.length);
  const found = asked.filter((family) => runs.some(({ order }) => order.file.family === family));
  const summaries = found.map((family) =>
    summarise(
      family,
      runs.filter(({ order }) => order.file.family === family),
    ),
  );
  const seconds = (performance.now() - started) / 1000;
  const last = `${seconds.toFixed(0)} s in all.`;
  const lines = [...summaries.flatMap(familyLines), ...unfit.lines, last];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (options.html !== undefined) await writeBeside(options.html, [benchPage(summaries, runs)]);
  if (options.json !== undefined) {
    await writeBeside(options.json, [jsonOf({ summaries, runs, seeds, seconds, unfit })]);
  }
}

function familyLines(summary: FamilySummary): string[] {
  const { family, methods, files, seconds, leftOut, causes, primary } = summary;
  const names = Object.keys(methods[0].figures);
  const head = ['', ...names, `${primary}, interval`];
  const rows = methods.map(({ name, figures, interval }) => [
    name,
    ...names.map((figure) => {
      const { mean, min, max } = figures[figure];
      return min === max ? short(mean) : `${short(mean)} (${short(min)}–${short(max)})`;
    }),
    `${short(interval[0])}–${short(interval[1])}`,
  ]);
  const lines = [
    `${family.toUpperCase()}: ${files} series, ${seconds.toFixed(0)} s of one core a seed`,
    ...aligned([head, ...rows]),
  ];
  if (leftOut.length > 0) {
    const table = leftOut.map(({ category, choice, score, scoreAtDefault }) => [
      ...[category, choice, short(score), short(scoreAtDefault)],
    ]);
    lines.push('', ...aligned([['left out', 'chosen elsewhere', 'score', 'default'], ...table]));
  }
  if (causes.hit > 0) {
    lines.push(
      `Root cause among the first three: ${causes.named} of ${causes.hit} segments met; ` +
        `${causes.namedByRaw} by the raw signal.`,
    );
  }
  return [...lines, ''];
}

function jsonOf({
  summaries: families,
  runs,
  seeds,
  seconds,
  unfit,
}: {
  summaries: readonly FamilySummary[];
  runs: readonly BenchRun[];
  seeds: number;
  seconds: number;
  unfit: UnfitFiles;
}): string {
  const files = runs.map(({ order, result }) => ({
    family: order.file.family,
    file: `${order.file.category}/${order.file.name}`,
    seed: order.seed,
    rows: result.rows,
    seconds: result.seconds,
    events: result.events,
    [OURS]: partFigures(result.parts[OURS]),
  }));
  const notScored = unfit.files;
  const content = { version: VERSION, seeds, seconds, families, files, notScored };
  return `${JSON.stringify(content, null, 1)}\n`;
}

/** Long columns stay out. */
function partFigures(part: BenchRun['result']['parts'][string]): object {
  return part.kind === 'nab' ? {} : part;
}
