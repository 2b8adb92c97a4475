/** Labels of a stream from files of other tools, and as such files. */
import {
  guessLabelFormat,
  parseLabels,
  writeLabels,
} from '../../../shared/activity/label-formats.ts';
import { Failure } from '../../../shared/contract/failure.ts';
import type {
  Label,
  LabelFile,
  LabelFileChoices,
  LabelFormat,
} from '../../../shared/domain/activity.ts';
import type { Store } from '../store/store-api.ts';

const EXTENSIONS = { csv: 'csv', elan: 'txt', hapt: 'txt', 'label-studio': 'json' } as const;

/** All of them or none. Throws Failure bad-input with the line, what was found and expected. */
export async function importLabels(
  store: Store,
  streamId: number,
  text: string,
  choices: LabelFileChoices,
): Promise<readonly Label[]> {
  const { range, periodMs } = await store.read['stream.get'](streamId);
  const { format = guessLabelFormat(text), ...rest } = choices;
  const context = { ...rest, start: range?.from ?? 0, stepMs: periodMs };
  const labels = inWords(() => parseLabels(text, format, context));
  const add = labels.map((label) => ({ streamId, label }));
  const changes = await store.write['label.edit']({ add });
  return changes.flatMap(({ after }) => after ?? []);
}

export async function exportLabels(
  { read }: Pick<Store, 'read'>,
  streamId: number,
  format: LabelFormat,
): Promise<LabelFile> {
  const { name } = await read['stream.get'](streamId);
  const labels = await read['label.list'](streamId);
  const stem = name.replace(/[^\p{L}\p{N}._ -]+/gu, '_');
  return {
    fileName: `${stem}.labels.${EXTENSIONS[format]}`,
    text: inWords(() => writeLabels(labels, format)),
  };
}

function inWords<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) throw new Failure('bad-input', error.message);
    throw error;
  }
}
