/** Labels of a stream from files of other tools, and as such files. */
import {
  guessLabelFormat,
  placeWords,
  readLabels,
  writeLabels,
} from '../../../shared/activity/label-formats.ts';
import { labelRefusal, refusalWords } from '../../../shared/activity/label-rules.ts';
import { Failure } from '../../../shared/contract/failure.ts';
import type {
  Label,
  LabelFile,
  LabelFileChoices,
  LabelFilePreview,
  LabelFormat,
  NewLabel,
  RefusedLabel,
} from '../../../shared/domain/activity.ts';
import type { Store } from '../store/store-api.ts';

const EXTENSIONS = { csv: 'csv', elan: 'txt', hapt: 'txt', 'label-studio': 'json' } as const;
/** Refused places that a preview names; all are counted. */
const REFUSED_SHOWN = 200;
/** And that a failure names. */
const REFUSED_TOLD = 5;

interface SortedLabels {
  readonly format: LabelFormat;
  readonly fitting: readonly NewLabel[];
  /** In the order of the file. */
  readonly refused: readonly RefusedLabel[];
}

/** What of a file can stand beside the labels that there are, and beside what comes before it. */
async function sorted(
  { read }: Pick<Store, 'read'>,
  streamId: number,
  text: string,
  choices: LabelFileChoices,
): Promise<SortedLabels> {
  const { range, periodMs } = await read['stream.get'](streamId);
  const { format = guessLabelFormat(text), ...rest } = choices;
  const context = { ...rest, start: range?.from ?? 0, stepMs: periodMs };
  const { labels, faults } = readLabels(text, format, context);
  const refused: RefusedLabel[] = [...faults];
  const known: NewLabel[] = [...(await read['label.list'](streamId))];
  const fitting: NewLabel[] = [];
  for (const { place, label } of labels) {
    const refusal = labelRefusal(label, known, range);
    if (refusal) refused.push({ place, label, refusal });
    else {
      known.push(label);
      fitting.push(label);
    }
  }
  return { format, fitting, refused: refused.sort((a, b) => a.place - b.place) };
}

export async function previewLabels(
  store: Pick<Store, 'read'>,
  streamId: number,
  text: string,
  choices: LabelFileChoices,
): Promise<LabelFilePreview> {
  const { format, fitting, refused } = await sorted(store, streamId, text, choices);
  const names = new Map<string, { name: string; count: number; totalMs: number }>();
  for (const { kind, activity, start, end } of fitting) {
    const name = kind === 'activity' ? activity : kind;
    const { count, totalMs } = names.get(name) ?? { count: 0, totalMs: 0 };
    names.set(name, { name, count: count + 1, totalMs: totalMs + end - start });
  }
  return {
    format,
    fitting: [...names.values()].sort((a, b) => b.totalMs - a.totalMs),
    fittingCount: fitting.length,
    refused: refused.slice(0, REFUSED_SHOWN),
    refusedCount: refused.length,
  };
}

/** Throws Failure bad-input that names the first of the places that cannot be taken. */
export async function importLabels(
  store: Store,
  streamId: number,
  text: string,
  choices: LabelFileChoices,
): Promise<readonly Label[]> {
  const { format, fitting, refused } = await sorted(store, streamId, text, choices);
  if (refused.length > 0 && !choices.leaveOut) throw refusalOf(format, refused);
  if (fitting.length === 0) {
    throw new Failure('bad-input', 'The file holds no label that can stand; none was added.');
  }
  const add = fitting.map((label) => ({ streamId, label }));
  const changes = await store.write['label.edit']({ add });
  return changes.flatMap(({ after }) => after ?? []);
}

function refusalOf(format: LabelFormat, refused: readonly RefusedLabel[]): Failure {
  const told = refused.slice(0, REFUSED_TOLD).map((one) => {
    const what = 'fault' in one ? one.fault : refusalWords(one.label, one.refusal);
    return placeWords(format, one.place, what);
  });
  const more = refused.length - told.length;
  const rest = more > 0 ? ` And ${more} more.` : '';
  return new Failure('bad-input', `${told.join(' ')}${rest} No label was added.`);
}

export async function exportLabels(
  { read }: Pick<Store, 'read'>,
  streamId: number,
  format: LabelFormat,
): Promise<LabelFile> {
  const { name } = await read['stream.get'](streamId);
  const labels = await read['label.list'](streamId);
  return {
    fileName: `${fileStem(name)}.labels.${EXTENSIONS[format]}`,
    text: inWords(() => writeLabels(labels, format)),
  };
}

/** A stream's name as the begin of a file's. */
export function fileStem(name: string): string {
  return name.replace(/[^\p{L}\p{N}._ -]+/gu, '_');
}

function inWords<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) throw new Failure('bad-input', error.message);
    throw error;
  }
}
