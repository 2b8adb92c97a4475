/** A report as one HTML file that reads without scripts: charts are SVG, nothing is loaded. */
import { channelColumn, SCORE_COLUMNS } from '../../../shared/domain/score.ts';
import type { AnomalyEvent } from '../../../shared/domain/event.ts';
import type { ColumnView } from '../../../shared/domain/stream.ts';
import { activitySection } from './html-activities.ts';
import { besideSection } from './html-beside.ts';
import { eventTable, excerptFacts, severityWord } from './html-events.ts';
import { dataSection, evaluationSection, methodSection } from './html-facts.ts';
import { modelSection, thresholdSection } from './html-model.ts';
import { summary } from './html-summary.ts';
import type { ReportModel, ReportViews } from './report-model.ts';
import { REPORT_STYLE } from './report-style.ts';
import { REPORT_WORDS, type ReportWords } from './report-words.ts';
import { drawChart, type Trace } from './svg-chart.ts';
import { escapeHtml } from './escape-html.ts';
import { fill } from './fill.ts';

const LANE_HEIGHT = 150;
const SCORE_HEIGHT = 110;
const EXCERPT_HEIGHT = 130;
/** Lanes of a recording with many channels: those that stood out most. */
const LANES_MAX = 24;

/** Whatever a channel or a note is called, nothing in the file runs and nothing is fetched. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** Same model, same bytes: no clock enters. Longer tables list the strongest events alone. */
export function renderHtml(report: ReportModel, tableMax = Infinity): string {
  const words = REPORT_WORDS[report.language];
  const body = [
    summary(report, words),
    eventTable(report, words, tableMax),
    besideSection(report, words, tableMax),
    overview(report, words),
    excerpts(report, words),
    activitySection(report, words),
    modelSection(report, words),
    thresholdSection(report, words, scoreChart(report.whole, eventsOf(report), words)),
    dataSection(report, words),
    evaluationSection(report, words),
    methodSection(report, words),
  ];
  const title = escapeHtml(fill(words.title, { stream: report.stream.name }));
  return (
    `<!doctype html>\n<html lang="${words.htmlLang}"><head><meta charset="utf-8">` +
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">` +
    '<meta name="viewport" content="width=device-width, initial-scale=1">' +
    `<title>${title}</title><style>${REPORT_STYLE}</style></head>` +
    `<body><main>${body.join('\n')}</main></body></html>\n`
  );
}

const eventsOf = ({ events }: ReportModel): AnomalyEvent[] => events.map(({ event }) => event);

function legend({ legend }: ReportWords): string {
  return (
    `<p class="legend"><span><i class="l-observed"></i>${legend.observed}</span>` +
    `<span><i class="l-forecast"></i>${legend.forecast}</span>` +
    `<span><i class="wide"></i>${legend.band}</span>` +
    `<span><i class="l-threshold"></i>${legend.threshold}</span>` +
    `<span>${legend.shades}</span></p>`
  );
}

function overview(report: ReportModel, words: ReportWords): string {
  const { stream, card, whole } = report;
  const events = eventsOf(report);
  const chosen = lanes(report);
  const drawn = chosen.map((k) => {
    const name = card.channels[k];
    const { unit } = stream.channels.find((channel) => channel.name === name)!;
    const suffix = unit ? ` <span class="muted">${escapeHtml(unit)}</span>` : '';
    const chart = channelChart(whole, events, name, k, LANE_HEIGHT, words);
    return `<div class="card"><h3>${escapeHtml(name)}${suffix}</h3>${chart}</div>`;
  });
  const residuals = chosen.map((k) => {
    const name = card.channels[k];
    const chart = drawChart({
      label: fill(words.charts.residualOf, { name }),
      height: SCORE_HEIGHT,
      range: whole.range,
      traces: [column(whole.scores, channelColumn(k, 'residual'), 'observed')],
      events,
      axis: axisOf(whole),
    });
    const title = `${escapeHtml(name)} <span class="muted">${words.charts.residual}</span>`;
    return `<div class="card"><h3>${title}</h3>${chart}</div>`;
  });
  const all = card.channels.length;
  const some = fill(words.charts.someChannels, { n: chosen.length, all });
  const note = chosen.length < all ? `<p class="muted">${some}</p>` : '';
  const score = scoreChart(whole, events, words);
  return (
    `<h2>${words.sections.overview}</h2>${note}${legend(words)}${drawn.join('')}` +
    `<div class="card"><h3>${words.charts.score}</h3>${score}</div>` +
    `<h2>${words.sections.residuals}</h2>${residuals.join('')}`
  );
}

/** Channels of the model that get a lane, in their own order. */
function lanes({ card, events }: ReportModel): number[] {
  const shares = card.channels.map(() => 0);
  for (const { event } of events) {
    for (const { name, share } of event.channels) shares[card.channels.indexOf(name)] += share;
  }
  return [...card.channels.keys()]
    .sort((a, b) => shares[b] - shares[a] || a - b)
    .slice(0, LANES_MAX)
    .sort((a, b) => a - b);
}

/** One column of a view as a line through its buckets. */
function column(view: ColumnView, index: number, className: string): Trace {
  const { t, min, max, bucketMs } = view;
  return { kind: 'line', className, t, low: min[index], high: max[index], bucketMs };
}

function channelChart(
  views: ReportViews,
  events: readonly AnomalyEvent[],
  name: string,
  k: number,
  height: number,
  words: ReportWords,
): string {
  const { range, series, scores } = views;
  const { t, bucketMs } = scores;
  const low = scores.mean[channelColumn(k, 'low')];
  const high = scores.mean[channelColumn(k, 'high')];
  const prediction = scores.mean[channelColumn(k, 'prediction')];
  const forecast = { t, low: prediction, high: prediction, bucketMs, className: 'forecast' };
  return drawChart({
    label: fill(words.charts.channel, { name }),
    height,
    range,
    events,
    traces: [
      { kind: 'band', className: 'band', t, low, high, bucketMs },
      column(series, series.names.indexOf(name), 'observed'),
      { kind: 'line', ...forecast },
    ],
    axis: axisOf(views),
  });
}

function scoreChart(
  views: ReportViews,
  events: readonly AnomalyEvent[],
  words: ReportWords,
): string {
  const { range, scores } = views;
  return drawChart({
    label: words.charts.scoreLabel,
    height: SCORE_HEIGHT,
    range,
    events,
    include: [0],
    traces: [
      column(scores, SCORE_COLUMNS.indexOf('score'), 'score'),
      column(scores, SCORE_COLUMNS.indexOf('threshold'), 'threshold'),
    ],
    axis: axisOf(views),
  });
}

const axisOf = ({ hasTime }: ReportViews): 'time' | 'elapsed' => (hasTime ? 'time' : 'elapsed');

function excerpts(report: ReportModel, words: ReportWords): string {
  const { card, events, excerpts: chosen } = report;
  if (chosen.length === 0) return '';
  const cards = chosen.map(({ event, views }) => {
    const [first] = event.event.channels;
    const k = card.channels.indexOf(first.name);
    const chart = channelChart(views, [event.event], first.name, k, EXCERPT_HEIGHT, words);
    const title = `${event.number} · ${severityWord(event.event, words)}`;
    const facts = excerptFacts(event, report, words);
    return (
      `<div class="card"><h3>${title}</h3><p>${escapeHtml(event.sentence)}</p>` +
      `${chart}${facts}</div>`
    );
  });
  const { excerpts: all, excerptsSome } = words.sections;
  const some = fill(excerptsSome, { n: chosen.length, all: events.length });
  return `<h2>${chosen.length < events.length ? some : all}</h2>${cards.join('')}`;
}
