/**
 * Every choice left out group by group: categories of a family, and families beside each other.
 * Twice through the series: once under each alternative, then each group under all that the other
 * groups chose.
 */
import { Failure } from '../../../../shared/contract/failure.ts';
import { runTrials, type BenchHost } from '../run-bench.ts';
import { usualMode, type Family, type SeriesFile } from '../series.ts';
import type { Choice } from './choices.ts';
import type { KeptTallies } from './kept-tallies.ts';
import { figureOf, leaveOneOut, meanTally, sumOf, type LeaveOut, type Tally } from './leave-out.ts';
import { both, type Change } from './setup.ts';
import type { Trial, TrialOrder } from './try-series.ts';

/** Groups of which each is left out once. */
export interface Scope {
  /** null: families beside each other, each by its own figure. */
  readonly family: Family | null;
  readonly choices: readonly { readonly choice: Choice; readonly leaveOut: LeaveOut }[];
  /** Each group by everything that the others chose at once; absent of one choice. */
  readonly together?: Together;
}

export interface Together {
  readonly groups: readonly TogetherGroup[];
  readonly atDefault: number;
  readonly carried: number;
}

interface TogetherGroup {
  readonly group: string;
  /** Choices that went another way than the default. */
  readonly changed: readonly string[];
  readonly score: number;
  readonly scoreAtDefault: number;
}

export interface ChoicesOrder {
  readonly files: readonly SeriesFile[];
  readonly choices: readonly Choice[];
  readonly seeds: number;
  readonly kept: KeptTallies;
  /** done of total, in bytes of series and trials. */
  progress(done: number, total: number): void;
}

type Host = Pick<BenchHost<TrialOrder, null, Tally | null>, 'threads' | 'signal' | 'onUnfit'>;

/** What one trial gave of one file; files repeat by seed. */
interface Told {
  readonly file: SeriesFile;
  readonly tallies: readonly (Tally | null)[];
}

/** Alternatives of a choice as trials, the default first. */
const trialsOf = ({ judgedBy, alternatives }: Choice): Trial[] =>
  [{}, ...alternatives.map(({ change }) => change)].map((change) => ({ change, judgedBy }));

/** Throws Failure bad-input when there are not two groups. */
export async function runChoices(order: ChoicesOrder, host: Host): Promise<Scope[]> {
  const { files, seeds } = order;
  const choices = order.choices.filter(({ modes }) => {
    return files.some(({ family }) => modes.includes(usualMode(family)));
  });
  const concerns = ({ modes }: Choice, { family }: SeriesFile): boolean =>
    modes.includes(usualMode(family));
  const orders = repeated(seeds, files).map(([file, seed]) => ({
    ...{ file, seed },
    trials: choices.filter((choice) => concerns(choice, file)).flatMap(trialsOf),
  }));
  const results = await tryAll(orders, order, host);
  const told = new Map(choices.map((choice): [Choice, Told[]] => [choice, []]));
  orders.forEach(({ file }, i) => {
    const left = [...results[i]];
    for (const choice of choices.filter((one) => concerns(one, file))) {
      told.get(choice)!.push({ file, tallies: left.splice(0, choice.alternatives.length + 1) });
    }
  });
  const families = [...new Set(files.map(({ family }) => family))];
  const scopes = [...families, null].map((family) => scopeOf(family, told));
  const found = scopes.filter((scope) => scope.choices.length > 0);
  if (found.length === 0) throw nothingToLeaveOut(files);
  const scored = files.filter((file) =>
    orders.some((one, i) => one.file === file && results[i].some((tally) => tally !== null)),
  );
  return choices.length > 1 ? withTogether(found, { ...order, files: scored }, host) : found;
}

function nothingToLeaveOut(files: readonly SeriesFile[]): Failure {
  const groups = new Set(
    files.map(({ family, category }) => `${family.toUpperCase()} ${category}`),
  );
  return new Failure(
    'bad-input',
    `The recordings are all of one group (${[...groups].join(', ')}), or the choices tell them ` +
      'nothing; two categories of a family, or two families, were expected. Name more families ' +
      'with --family.',
  );
}

function scopeOf(family: Family | null, told: ReadonlyMap<Choice, readonly Told[]>): Scope {
  const choices = [...told].flatMap(([choice, all]) => {
    const groups = groupsOf(family, all);
    if (groups.size < 2) return [];
    const tallies = [{ name: choice.byDefault }, ...choice.alternatives].map((_, a) =>
      [...groups.values()].map((some) => poolOf(family, some, a)),
    );
    return [{ choice, leaveOut: leaveOneOut([...groups.keys()], tallies) }];
  });
  return { family, choices };
}

/** By category, or by family; series that do not tell are left out. */
function groupsOf(family: Family | null, all: readonly Told[]): Map<string, Told[]> {
  const telling = all.filter(({ file, tallies }) => {
    return tallies[0] !== null && (family === null || file.family === family);
  });
  return Map.groupBy(telling, ({ file }) => groupOf(family, file));
}

const groupOf = (family: Family | null, file: SeriesFile): string =>
  family === null ? file.family.toUpperCase() : file.category;

function poolOf(family: Family | null, told: readonly Told[], at: number): Tally {
  const tallies = told.map((one) => one.tallies[at]!);
  return family === null ? meanTally(tallies) : sumOf(tallies);
}

/** Second pass: each group under all that was chosen without it, beside the default. */
async function withTogether(
  scopes: readonly Scope[],
  order: ChoicesOrder,
  host: Host,
): Promise<Scope[]> {
  const plans = scopes.flatMap((scope) => {
    const choices = scope.choices.filter(({ choice }) => !choice.isCompound && isFigure(choice));
    const groups = new Set(
      choices.flatMap(({ leaveOut }) => leaveOut.groups.map(({ group }) => group)),
    );
    return [...groups].map((group) => ({ scope, group, ...chosenWithout(group, choices) }));
  });
  const asked = plans.flatMap((plan) =>
    repeated(order.seeds, order.files)
      .filter(([file]) => isIn(plan.scope.family, plan.group, file))
      .map(([file, seed]) => {
        const trials = [{}, plan.change].map((change): Trial => ({ change, judgedBy: 'figure' }));
        return { plan, order: { file, seed, trials } };
      }),
  );
  const orders = asked.map((one) => one.order);
  const results = await tryAll(orders, order, host);
  return scopes.map((scope) => {
    const ours = plans.filter((plan) => plan.scope === scope);
    if (ours.length === 0) return scope;
    const [byDefault, chosen] = [0, 1].map((at) =>
      ours.map((plan) => {
        const told = asked.flatMap((one, i) => {
          return one.plan === plan ? [{ file: one.order.file, tallies: results[i] }] : [];
        });
        return poolOf(scope.family, told, at);
      }),
    );
    const groups = ours.map(({ group, changed }, g) => {
      const [score, scoreAtDefault] = [figureOf(chosen[g]), figureOf(byDefault[g])];
      return { group, changed, score, scoreAtDefault };
    });
    const [carried, atDefault] = [figureOf(sumOf(chosen)), figureOf(sumOf(byDefault))];
    return { ...scope, together: { groups, carried, atDefault } };
  });
}

const isFigure = ({ judgedBy }: Choice): boolean => judgedBy !== 'events';

const isIn = (family: Family | null, group: string, file: SeriesFile): boolean =>
  (family === null || file.family === family) && groupOf(family, file) === group;

function chosenWithout(
  group: string,
  choices: Scope['choices'],
): { change: Change; changed: string[] } {
  let change: Change = {};
  const changed: string[] = [];
  for (const { choice, leaveOut } of choices) {
    const chosen = leaveOut.groups.find((one) => one.group === group)?.chosen ?? 0;
    if (chosen === 0) continue;
    const alternative = choice.alternatives[chosen - 1];
    change = both(change, alternative.change);
    changed.push(`${choice.name}: ${alternative.name}`);
  }
  return { change, changed };
}

function repeated(seeds: number, files: readonly SeriesFile[]): [SeriesFile, number][] {
  return Array.from({ length: seeds }, (_, i) => i + 1).flatMap((seed) =>
    files.map((file): [SeriesFile, number] => [file, seed]),
  );
}

/** Tallies by order and trial; those that are kept are not tried again. */
async function tryAll(
  orders: readonly TrialOrder[],
  { progress, kept }: ChoicesOrder,
  host: Host,
): Promise<(Tally | null)[][]> {
  const left = orders
    .map((order) => ({ ...order, trials: kept.missing(order) }))
    .filter(({ trials }) => trials.length > 0);
  let total = left.reduce((sum, { file, trials }) => sum + file.bytes * trials.length, 0);
  const told = new Map<TrialOrder, number>();
  let done = 0;
  const onPart = (order: TrialOrder, tally: Tally | null): void => {
    const at = told.get(order) ?? 0;
    told.set(order, at + 1);
    kept.add(order, order.trials[at], tally);
    progress((done += order.file.bytes), total);
  };
  const onUnfit = (order: TrialOrder, reason: string): void => {
    total -= order.file.bytes * order.trials.length;
    host.onUnfit?.(order, reason);
  };
  await runTrials(left, { ...host, onPart, ...(host.onUnfit && { onUnfit }) });
  return orders.map((order) => order.trials.map((trial) => kept.of(order, trial) ?? null));
}
