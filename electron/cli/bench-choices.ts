/** `offbeat bench detect --choices`: how each choice of the recipe carries over. */
import { InvalidArgumentError } from 'commander';
import {
  alternativesTable,
  isText,
  leftOutTable,
  summaryLine,
  summaryTable,
  titleOf,
  togetherLines,
  togetherTable,
  type Table,
} from '../engine/bench/choices/choice-tables.ts';
import { CHOICES, type Choice } from '../engine/bench/choices/choices.ts';
import { choicesPage } from '../engine/bench/choices/choices-page.ts';
import { KeptTallies } from '../engine/bench/choices/kept-tallies.ts';
import { runChoices, type Scope } from '../engine/bench/choices/run-choices.ts';
import type { SeriesFile } from '../engine/bench/series.ts';
import { aligned } from './aligned.ts';
import { nameList } from './option-values.ts';
import { stopSignal } from './stop-signal.ts';
import { UnfitFiles } from './unfit-files.ts';
import { VERSION } from './version.ts';
import { writeBeside } from './write-beside.ts';

const PROGRESS_EVERY_MS = 2000;

/** Names of choices, as an option has them. */
export function choiceList(text: string): Choice[] {
  return nameList(text).map((name) => {
    const choice = CHOICES.find((known) => known.name === name);
    if (choice) return choice;
    const names = CHOICES.map((known) => known.name).join('; ');
    throw new InvalidArgumentError(`There is no choice "${name}". Choices are: ${names}.`);
  });
}

export interface ChoicesOptions {
  readonly choice?: readonly Choice[];
  readonly seeds: number;
  readonly threads: number;
  readonly keep?: string;
  readonly json?: string;
  readonly html?: string;
}

export async function benchChoices(
  files: readonly SeriesFile[],
  options: ChoicesOptions,
): Promise<void> {
  const { choice = CHOICES, seeds, threads, keep = null, json, html } = options;
  const started = performance.now();
  const progress = progressLines(process.stderr);
  const unfit = new UnfitFiles();
  const scopes = await runChoices(
    { files, choices: choice, seeds, progress, kept: new KeptTallies(keep, VERSION) },
    { threads, signal: stopSignal(), onUnfit: unfit.add },
  ).catch((error: unknown) => {
    unfit.refuseAll(files.length);
    throw error;
  });
  const seconds = (performance.now() - started) / 1000;
  const last = `${seconds.toFixed(0)} s in all.`;
  const lines = [...scopes.flatMap(scopeLines), ...unfit.lines, last];
  process.stdout.write(`${lines.join('\n')}\n`);
  if (html !== undefined) await writeBeside(html, [choicesPage(scopes)]);
  if (json !== undefined) await writeBeside(json, [jsonOf(scopes, seeds, seconds)]);
}

function scopeLines(scope: Scope): string[] {
  const { together } = scope;
  const all = together && [...linesOf(togetherTable(together)), ...togetherLines(together), ''];
  return [
    ...[titleOf(scope), ''],
    ...scope.choices.flatMap((one) => [
      ...[summaryLine(one), ...linesOf(leftOutTable(one)), ''],
      ...[...linesOf(alternativesTable(one)), ''],
    ]),
    ...(all ? ['All choices at once', ...all] : []),
    ...[...linesOf(summaryTable(scope)), ''],
  ];
}

const linesOf = (table: Table): string[] => aligned(table, (column) => isText(table, column));

/** A line now and then: share, rate, time left. */
function progressLines(out: NodeJS.WriteStream): (done: number, total: number) => void {
  const started = performance.now();
  let saidAt = started;
  return (done, total) => {
    const now = performance.now();
    if (done < total && now - saidAt < PROGRESS_EVERY_MS) return;
    saidAt = now;
    const share = done / total;
    const seconds = (now - started) / 1000;
    const left = (seconds * (1 - share)) / share;
    const rate = `${(done / seconds / 1e6).toFixed(1)} MB/s`;
    out.write(`${(100 * share).toFixed(1)} % · ${rate} · ${left.toFixed(0)} s left\n`);
  };
}

function jsonOf(scopes: readonly Scope[], seeds: number, seconds: number): string {
  const content = scopes.map(({ family, choices, together }) => ({
    scope: family ?? 'families',
    choices: choices.map(({ choice, leaveOut }) => {
      const { name, byDefault, judgedBy, alternatives } = choice;
      const names = [byDefault, ...alternatives.map((one) => one.name)];
      return {
        ...{ name, byDefault, judgedBy, ...leaveOut },
        groups: leaveOut.groups.map((one) => ({ ...one, chosen: names[one.chosen] })),
        best: names[leaveOut.best],
        alternatives: leaveOut.alternatives.map((one, at) => ({ name: names[at], ...one })),
      };
    }),
    ...(together && { together }),
  }));
  return `${JSON.stringify({ version: VERSION, seeds, seconds, scopes: content }, null, 1)}\n`;
}
