/**
 * `node offbeat.mjs bench model`: training steps and live steps at three sizes, and with --peers
 * beside whatever else somebody would use: PyTorch, TensorFlow.js, onnxruntime.
 *
 *   --peers       run the peers too, by turns; those that are missing are named
 *   --quick       shorter turns, and no large size
 *   --json FILE   write all figures
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { fastestBuild } from '../../electron/engine/training/wasm-node.ts';
import { openBrowserHall, type BrowserHall } from './model/browser-hall.ts';
import type { Contestant, Discipline, Entry } from './model/contestant.ts';
import { forecasterOf, openLive } from './model/live.ts';
import { openWasm } from './model/offbeat.ts';
import { openOnnxruntime } from './model/onnxruntime.ts';
import { peakGflops } from './model/peak.ts';
import { lines, lossSpread, ratios, stepTable, trainTable } from './model/print.ts';
import { race, type RaceRules, type Result } from './model/race.ts';
import { flopsOf, SHAPES, taskOf, type Shape } from './model/shapes.ts';
import { openTorch } from './model/torch.ts';

const RULES: RaceRules = { rounds: 5, turnMs: 400, limitMs: 20_000 };
const QUICK: RaceRules = { rounds: 3, turnMs: 150, limitMs: 3000 };
const STREAMS = 32;

const { values: options } = parseArgs({
  options: {
    peers: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});
const rules = options.quick ? QUICK : RULES;
const shapes = options.quick ? SHAPES.slice(0, 2) : SHAPES;
const build = fastestBuild();
const peak = peakGflops(build);
const missing = new Map<string, string>();
const say = (text: string): void => void process.stdout.write(`${text}\n`);

say(`${cpus()[0].model}, ${availableParallelism()} cores, Node ${process.version}`);
say(`Peak of a core in WASM, ${build} SIMD: ${peak.toFixed(1)} GFLOP/s`);
const hall = options.peers ? await openBrowserHall() : null;
const figures = [];
for (const shape of shapes) {
  const { name, B, T, H, D } = shape;
  say(`\n${name}: batch ${B}, ${T} steps, ${H} hidden, ${D} inputs`);
  const train = await run(await trainEntries(shape, hall));
  say(lines(trainTable(shape, train, peak)));
  say(ratios(train));
  say(`Losses agree to ${lossSpread(train).toExponential(1)}.`);
  const step = await run(await stepEntries(shape));
  say(lines(stepTable(step)));
  figures.push({ shape, flops: flopsOf(shape), train, step });
}
await hall?.close();
for (const [name, why] of missing) say(`\nNot here: ${name}. ${why}`);
if (!options.peers) say('\nWith --peers the same is done by PyTorch, TensorFlow.js, onnxruntime.');
if (options.json !== undefined) {
  const found = { build, peakGflops: peak, missing: Object.fromEntries(missing), figures };
  const file = resolve(process.env.INIT_CWD ?? '.', options.json);
  writeFileSync(file, `${JSON.stringify(found, null, 1)}\n`);
}
process.exit(0);

async function trainEntries(shape: Shape, peers: BrowserHall | null): Promise<readonly Entry[]> {
  const task = taskOf(shape);
  const ours = openWasm(task).map((contestant) => ({ contestant }));
  if (!peers) return ours;
  return [...ours, ...(await torch('train', shape)), ...(await peers.open(task))];
}

async function stepEntries(shape: Shape): Promise<readonly Entry[]> {
  const forecaster = forecasterOf(shape);
  const ours = [1, STREAMS].map((streams) => ({ contestant: openLive(forecaster, streams) }));
  if (!options.peers) return ours;
  return [...ours, ...(await torch('step', shape)), await openOnnxruntime(forecaster)];
}

function torch(discipline: Discipline, shape: Shape): Promise<readonly Entry[]> {
  return openTorch(discipline, taskOf(shape));
}

async function run(entries: readonly Entry[]): Promise<Result[]> {
  const contestants: Contestant[] = [];
  for (const entry of entries) {
    if ('contestant' in entry) contestants.push(entry.contestant);
    else missing.set(entry.name, entry.missing);
  }
  const results = await race(contestants, rules);
  for (const contestant of contestants) await contestant.close();
  return results;
}
