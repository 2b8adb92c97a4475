/** Rows of cells as lines; columns to the left where told, else to the right. */
export function aligned(
  rows: readonly (readonly string[])[],
  isLeft = (column: number): boolean => column === 0,
): string[] {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  return rows.map((row) =>
    row
      .map((cell, i) => (isLeft(i) ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd(),
  );
}
