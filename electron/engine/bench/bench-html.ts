/** The benchmark as a page: tables, the score of NAB against its threshold, what was left out. */
import { scoreNab } from '../../../shared/detect/evaluate/nab.ts';
import { escapeHtml } from '../report/escape-html.ts';
import { REPORT_STYLE } from '../report/report-style.ts';
import { FORECAST_ALONE, LEVEL_ALONE, OURS } from './bench-series.ts';
import { sweepOf, type Part } from './measure.ts';
import type { BenchRun } from './run-bench.ts';
import type { FamilySummary } from './summary.ts';

const WIDTH = 720;
const HEIGHT = 260;
const MARGIN = 40;
const [THRESHOLD_MIN, THRESHOLD_MAX, POINTS] = [1.5, 4, 51];
const CLASSES = ['a', 'b', 'c'];

const STYLE = `${REPORT_STYLE}
table{border-collapse:collapse;width:100%}td,th{padding:4px 8px;text-align:right;
border-bottom:1px solid var(--soft)}td:first-child,th:first-child{text-align:left}
.a,.b,.c{fill:none;stroke-width:1.8}.a{stroke:var(--accent)}.b{stroke:var(--high)}
.c{stroke:var(--low)}.ours td{font-weight:600}i{font-style:normal;padding-right:16px}
i.a{color:var(--accent)}i.b{color:var(--high)}i.c{color:var(--low)}`;

export function benchPage(families: readonly FamilySummary[], runs: readonly BenchRun[]): string {
  const sections = families.map((one) => {
    const nab = one.family === 'nab' ? thresholdCurves(runs) : '';
    return (
      `<h2>${one.family.toUpperCase()}</h2><p class="muted">${one.files} series, ` +
      `${one.rows.toLocaleString('en-US')} rows, ${one.seconds.toFixed(0)} s of one core</p>` +
      `<div class="card">${methodTable(one)}</div>${nab}${leftOutTable(one)}${causes(one)}`
    );
  });
  return (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Detection benchmark</title>' +
    `<style>${STYLE}</style><main><h1>Detection benchmark</h1><p class="lead">One configuration ` +
    'for all series; nothing is point-adjusted. Mean over seeds, lowest and highest behind it; ' +
    'intervals hold nine tenths of 200 draws of the files.</p>' +
    `${sections.join('')}</main></html>\n`
  );
}

function methodTable({ methods, primary }: FamilySummary): string {
  const names = Object.keys(methods[0].figures);
  const head = ['Method', ...names, `${primary}, interval`];
  const rows = methods.map(({ name, figures, interval }) => {
    const cells = names.map((figure) => {
      const { mean, min, max } = figures[figure];
      return min === max ? short(mean) : `${short(mean)} (${short(min)}–${short(max)})`;
    });
    const range = `${short(interval[0])}–${short(interval[1])}`;
    return row([escapeHtml(name), ...cells, range], name === OURS ? ' class="ours"' : '');
  });
  return `<table>${row(head, '', 'th')}${rows.join('')}</table>`;
}

function leftOutTable({ leftOut }: FamilySummary): string {
  if (leftOut.length === 0) return '';
  const rows = leftOut.map(({ category, files, choice, score, scoreAtDefault }) =>
    row([category, String(files), choice, short(score), short(scoreAtDefault)]),
  );
  const head = ['Category left out', 'Files', 'Chosen on the others', 'Score', 'At the default'];
  const table = `<table>${row(head, '', 'th')}${rows.join('')}</table>`;
  return `<h3>Choices made without a category</h3><div class="card">${table}</div>`;
}

function causes({ causes: { hit, named, namedByRaw } }: FamilySummary): string {
  if (hit === 0) return '';
  const share = (count: number): string => `${((100 * count) / hit).toFixed(0)} %`;
  return (
    `<p>Root cause: of ${hit} segments that an alarm met, a channel at fault is among our first ` +
    `three in ${share(named)}; by the raw signal in ${share(namedByRaw)}.</p>`
  );
}

/** NAB's standard score as the threshold moves. */
function thresholdCurves(runs: readonly BenchRun[]): string {
  const seed = runs[0].order.seed;
  const first = runs.filter(({ order }) => order.seed === seed && order.file.family === 'nab');
  const names = [OURS, FORECAST_ALONE, LEVEL_ALONE];
  const paths = names.map((name, i) => {
    const parts = first.map(({ result }) => result.parts[name] as Extract<Part, { kind: 'nab' }>);
    const sweep = sweepOf(parts);
    const points = Array.from({ length: POINTS }, (_, p) => {
      const share = p / (POINTS - 1);
      const threshold = THRESHOLD_MIN + share * (THRESHOLD_MAX - THRESHOLD_MIN);
      const score = Math.max(0, scoreNab(sweep, 'standard', threshold).normalised);
      const x = MARGIN + share * (WIDTH - 2 * MARGIN);
      const y = HEIGHT - MARGIN - (score / 100) * (HEIGHT - 2 * MARGIN);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    });
    return `<polyline class="${CLASSES[i]}" points="${points.join(' ')}"/>`;
  });
  const ticks = [0, 25, 50, 75, 100].map((value) => {
    const y = HEIGHT - MARGIN - (value / 100) * (HEIGHT - 2 * MARGIN);
    return (
      `<line class="grid" x1="${MARGIN}" x2="${WIDTH - MARGIN}" y1="${y}" y2="${y}"/>` +
      `<text x="${MARGIN - 6}" y="${y + 4}" text-anchor="end">${value}</text>`
    );
  });
  const marks = [1.5, 2, 2.5, 3, 3.5, 4].map((value) => {
    const share = (value - THRESHOLD_MIN) / (THRESHOLD_MAX - THRESHOLD_MIN);
    const x = MARGIN + share * (WIDTH - 2 * MARGIN);
    return `<text x="${x}" y="${HEIGHT - MARGIN + 18}" text-anchor="middle">${value}</text>`;
  });
  const legend = names.map((name, i) => `<i class="${CLASSES[i]}">— ${name}</i>`).join('');
  return (
    `<h3>Standard score by threshold</h3><div class="card"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" ` +
    `role="img" aria-label="Score by threshold">${[...ticks, ...marks, ...paths].join('')}</svg>` +
    `<p>${legend}</p></div>`
  );
}

function row(cells: readonly string[], attributes = '', tag = 'td'): string {
  return `<tr${attributes}>${cells.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`;
}

/** Three digits that matter. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Math.abs(value) >= 2 ? value.toFixed(1) : value.toFixed(3);
}
