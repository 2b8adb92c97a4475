/** The tables of choices left out, as words: in a terminal and on a page. */
import { PRIMARY } from '../measure.ts';
import type { Choice } from './choices.ts';
import type { LeaveOut } from './leave-out.ts';
import type { Scope, Together } from './run-choices.ts';

/** The first row is the head. */
export type Table = readonly (readonly string[])[];

/** Columns that hold more than numbers; they stand to the left. */
export function isText([, ...rows]: Table, column: number): boolean {
  return rows.some((row) => /[^\d.+−–]/.test(row[column]));
}

type Entry = Scope['choices'][number];

export const titleOf = ({ family }: Scope): string =>
  family === null
    ? 'Families beside each other, the mean of their figures'
    : `${family.toUpperCase()} by category, ${PRIMARY[family]}`;

/** One line a choice. */
export function summaryTable({ choices, together }: Scope): Table {
  const head = ['choice', 'default', 'chosen elsewhere', '', 'in hindsight', 'what was chosen'];
  const rows = choices.map(({ choice, leaveOut }) => {
    const { atDefault, carried, hindsight } = leaveOut;
    return [
      ...[judgedName(choice), points(atDefault), points(carried), difference(carried, atDefault)],
      ...[points(hindsight), `${choice.byDefault} → ${chosenNames({ choice, leaveOut })}`],
    ];
  });
  if (!together) return [head, ...rows];
  const { atDefault, carried } = together;
  const gain = difference(carried, atDefault);
  return [head, ...rows, ['all at once', points(atDefault), points(carried), gain, '', '']];
}

/** One line a group that was left out. */
export function leftOutTable({ choice, leaveOut }: Entry): Table {
  const rows = leaveOut.groups.map(({ group, chosen, score, scoreAtDefault }) => [
    ...[group, nameAt(choice, chosen), points(score), points(scoreAtDefault)],
    difference(score, scoreAtDefault),
  ]);
  return [['left out', 'chosen elsewhere', 'figure', 'at the default', ''], ...rows];
}

export function summaryLine({ choice, leaveOut }: Entry): string {
  const { atDefault, carried } = leaveOut;
  return (
    `${judgedName(choice)}: ${points(carried)} where it is chosen elsewhere, ` +
    `${points(atDefault)} at the default ${choice.byDefault}: ${difference(carried, atDefault)}`
  );
}

/** One line an alternative. */
export function alternativesTable({ choice, leaveOut }: Entry): Table {
  const rows = leaveOut.alternatives.map(({ figure, better, worse }, at) => [
    ...[nameAt(choice, at), points(figure), difference(figure, leaveOut.atDefault)],
    ...(at === 0 ? ['', ''] : [`${better}`, `${worse}`]),
  ]);
  return [['alternative', 'figure', '', 'better in', 'worse in'], ...rows];
}

/** One line a group that was left out. */
export function togetherTable({ groups }: Together): Table {
  const rows = groups.map(({ group, changed, score, scoreAtDefault }) => [
    ...[group, `${changed.length}`, points(score), points(scoreAtDefault)],
    difference(score, scoreAtDefault),
  ]);
  return [['left out', 'choices changed', 'figure', 'at the default', ''], ...rows];
}

export const togetherLines = ({ groups }: Together): string[] =>
  groups.map(({ group, changed }) => `without ${group}: ${changed.join('; ') || 'nothing'}`);

const judgedName = ({ name, judgedBy }: Choice): string =>
  judgedBy === 'events' ? `${name} (F1 of events)` : name;

const nameAt = ({ byDefault, alternatives }: Choice, at: number): string =>
  at === 0 ? byDefault : alternatives[at - 1].name;

/** Each once, with how many groups chose it where they differ. */
function chosenNames({ choice, leaveOut }: { choice: Choice; leaveOut: LeaveOut }): string {
  const byName = Map.groupBy(leaveOut.groups, ({ chosen }) => nameAt(choice, chosen));
  const names = [...byName].sort(([, a], [, b]) => b.length - a.length);
  if (names.length === 1) return names[0][0];
  return names.map(([name, groups]) => `${name} ×${groups.length}`).join(', ');
}

const points = (value: number): string => (Number.isFinite(value) ? value.toFixed(1) : '–');

function difference(value: number, before: number): string {
  const change = value - before;
  if (!Number.isFinite(change)) return '';
  const text = Math.abs(change).toFixed(1);
  if (text === '0.0') return '0';
  return change > 0 ? `+${text}` : `−${text}`;
}
