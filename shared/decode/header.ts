/** Column names and units from a header row. */

/** "Pressure (bar)", "temp [°C]" and "temp °C" carry their unit. */
export function splitUnit(header: string): { name: string; unit: string } {
  const match = /^\s*(.+?)\s*[([]\s*([^()[\]]{1,16})\s*[)\]]\s*$/.exec(header);
  if (match) return { name: match[1], unit: match[2].trim() };
  // Without brackets only signs that are never words.
  const [, name, sign] = /^\s*(\S.*?)\s+(°[CF]?|%)\s*$/.exec(header) ?? [];
  return sign ? { name, unit: sign } : { name: header.trim(), unit: '' };
}

/** Names for all columns: none empty, none twice. */
export function nameColumns(
  headers: readonly string[] | null,
  count: number,
): { name: string; unit: string }[] {
  const taken = new Set<string>();
  return Array.from({ length: count }, (_, index) => {
    const split = splitUnit(headers?.[index] ?? '');
    const base = split.name || `Column ${index + 1}`;
    let name = base;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${base} ${n}`;
    taken.add(name.toLowerCase());
    return { name, unit: split.unit };
  });
}

const TIME_WORD =
  /^(date|time|timestamp|date_?time|ts|t|when|stamp|seconds?|secs?|epoch)(_(s|ms|us|utc))?\b/i;
// Chinese has no word boundary that \b would see.
const CHINESE_TIME_WORD = /^(时间|日期)/;

/** Does the name say that the column is a time? */
export function isTimeName(name: string): boolean {
  return TIME_WORD.test(name.trim()) || CHINESE_TIME_WORD.test(name.trim());
}

/** Does the name of a first column say that it counts rows? Tables often leave it without one. */
export function isCounterName(name: string): boolean {
  return /^(column 1|index|row|rows?_?(no|num|number|id)|no\.?|nr\.?|id|#|序号|行号)$/i.test(
    name.trim(),
  );
}

/** Columns that annotate a recording rather than measure the machine. */
export function isAnnotationName(name: string): boolean {
  return /^(is_)?(anomaly|anomalies|changepoint|label|class|ground_?truth)$/i.test(name.trim());
}
