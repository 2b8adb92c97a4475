/** An SVG path of one column over a whole recording, in a box of 1000 × 100. */
import type { ColumnView, TimeRange } from '../../../shared/domain/stream.ts';
import { extent, isGap } from './traces.ts';

export const MINI_WIDTH = 1000;
export const MINI_HEIGHT = 100;

export function miniPath(view: ColumnView, column: number, whole: TimeRange): string {
  const values = extent(view, column, whole);
  if (!values) return '';
  const [low, high] = values;
  const x = (time: number): string =>
    (((time - whole.from) / Math.max(1, whole.to - whole.from)) * MINI_WIDTH).toFixed(1);
  const y = (value: number): string =>
    (MINI_HEIGHT - ((value - low) / (high - low || 1)) * MINI_HEIGHT).toFixed(1);
  let path = '';
  let pen = 'M';
  for (let i = 0; i < view.t.length; i++) {
    const [bottom, top] = [view.min[column][i], view.max[column][i]];
    if (i > 0 && isGap(view, i)) pen = 'M';
    if (Number.isNaN(bottom)) pen = 'M';
    else {
      path += `${pen}${x(view.t[i])} ${y(bottom)}`;
      if (top !== bottom) path += `V${y(top)}`;
      pen = 'L';
    }
  }
  return path;
}
