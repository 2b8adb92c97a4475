/** Plain trouble in a recording that no model is needed for, beside its events. */
import { Companions } from '../../shared/detect/companions.ts';
import { Shapes } from '../../shared/detect/shapes.ts';
import type { Mark } from '../../shared/domain/mark.ts';
import type { StreamInfo } from '../../shared/domain/stream.ts';
import { RowCount, type RowsTaken } from './rows-taken.ts';
import type { Store } from './store/store-api.ts';

const ROWS_PER_READ = 8192;

/** Channels whose shapes are watched, and the rows that tell what is usual. */
export interface ShapeWatch {
  readonly channels: readonly string[];
  readonly trainFrom: number;
  readonly trainRows: number;
}

/** Marks in order of their start. */
export async function marksOf(
  store: Store,
  { id, channels, periodMs }: StreamInfo,
  watch: ShapeWatch | null = null,
): Promise<{ readonly marks: Mark[]; readonly taken: RowsTaken }> {
  const names = channels.map(({ name }) => name);
  const companions = new Companions(names);
  const shapes = channels.flatMap(({ name }, k) =>
    watch?.channels.includes(name) ? [{ k, watched: new Shapes(name, watch.trainRows) }] : [],
  );
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
      if (!watch || t[row] < watch.trainFrom) continue;
      for (const { k, watched } of shapes) watched.push(t[row], values[k]);
    }
    marks.push(...companions.takeMarks());
    after = t[t.length - 1];
  }
  marks.push(...companions.finish(), ...shapes.flatMap(({ watched }) => watched.finish()));
  return { marks: marks.sort((a, b) => a.start - b.start), taken: count.taken() };
}
