/** `offbeat bench coupling`: false alarms with and without knowing what the machine is doing. */
import { Command } from 'commander';
import { alarmsAt, compareAt } from '../engine/bench/coupling/false-alarms.ts';
import { judgePump, learnModes, type JudgedPump } from '../engine/bench/coupling/couple-pump.ts';
import { oneByOne } from '../engine/monitor/ribbon-pipeline.ts';
import { createNodeWasmBackend, fastestBuild } from '../engine/training/wasm-node.ts';
import { positiveInteger } from './option-values.ts';
import { writeBeside } from './write-beside.ts';

interface Options {
  readonly seeds: number;
  readonly rows: number;
  readonly json?: string;
}

const LABELLED = { labelledRows: 8640, labelled: 4, epochs: 10 };
const RECALLS = [0.8, 0.9, 0.95, 1];

export function benchCouplingCommand(): Command {
  return new Command('coupling')
    .description(
      'False alarms a day at equal recall on a simulated pump that idles, ramps and runs: judged ' +
        'by one normal, and by a normal of each activity as a recogniser tells it.',
    )
    .option('--seeds <n>', 'pumps', positiveInteger, 20)
    .option(
      '--rows <n>',
      'rows of each, 10 s apart; the first half is normal',
      positiveInteger,
      25_920,
    )
    .option('--json <file>', 'write all figures as JSON')
    .action(benchCoupling);
}

async function benchCoupling({ seeds, rows, json }: Options): Promise<void> {
  const createBackend = () => createNodeWasmBackend({ build: fastestBuild() });
  const size = { rows, ...LABELLED };
  const learning = createBackend();
  const recogniser = learnModes(learning, size);
  learning.dispose();
  const live = createNodeWasmBackend({ build: 'plain', threads: 1 });
  const place = { recogniser, classify: oneByOne(live, recogniser), createBackend };
  const pumps: JudgedPump[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    const judged = judgePump(seed, size, place);
    pumps.push(judged);
    const { faults } = judged.pump;
    say(
      `pump ${seed}: ${faults.length} faults, activity right in ${percent(judged.known)} of rows`,
    );
  }
  const usual = (['plain', 'coupled'] as const).map((way) => alarmsAt(pumps, way, 1));
  say(`usual thresholds: ${text(usual[0])} without, ${text(usual[1])} with coupling`);
  const results = RECALLS.map((recall) => compareAt(pumps, recall));
  for (const { recall, plain, coupled, saved } of results) {
    say(
      `recall ${recall}: ${plain.falsePerDay.toFixed(2)} false alarms a day without, ` +
        `${coupled.falsePerDay.toFixed(2)} with coupling: ${percent(saved)} fewer`,
    );
  }
  live.dispose();
  if (json !== undefined) {
    await writeBeside(json, [`${JSON.stringify({ seeds, rows, usual, results }, null, 1)}\n`]);
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const text = ({ recall, falsePerDay }: ReturnType<typeof alarmsAt>): string =>
  `recall ${recall.toFixed(2)}, ${falsePerDay.toFixed(2)} false alarms a day`;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
