/** Plain trouble in a recording that no model is needed for, beside its events. */
import { Companions } from '../../shared/detect/companions.ts';
import type { Mark } from '../../shared/domain/mark.ts';
import type { StreamInfo } from '../../shared/domain/stream.ts';
import { RowCount, type RowsTaken } from './rows-taken.ts';
import type { Store } from './store/store-api.ts';

const ROWS_PER_READ = 8192;

/** Marks in order of their start; shapes never seen as the model's learning found them. */
export async function marksOf(
  store: Store,
  { id, channels, periodMs }: StreamInfo,
  modelId: number,
): Promise<{ readonly marks: Mark[]; readonly taken: RowsTaken }> {
  const names = channels.map(({ name }) => name);
  const companions = new Companions(names);
  const count = new RowCount(names, periodMs);
  const marks: Mark[] = [];
  const values = new Float64Array(names.length);
  for (let after = -Infinity; ;) {
    const { t, columns } = await store.read['stream.rows'](id, after, ROWS_PER_READ);
    if (t.length === 0) break;
    for (let row = 0; row < t.length; row++) {
      columns.forEach((column, k) => (values[k] = column[row]));
      companions.push(t[row], values);
      count.push(t[row], values);
    }
    marks.push(...companions.takeMarks());
    after = t[t.length - 1];
  }
  const shapes = await store.read['shapes.list'](modelId);
  marks.push(...companions.finish());
  marks.push(
    ...shapes.map(({ channel, start, end }): Mark => ({ kind: 'shape', channel, start, end })),
  );
  return { marks: marks.sort((a, b) => a.start - b.start), taken: count.taken() };
}
