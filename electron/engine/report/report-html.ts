/** A report as one HTML file that reads without scripts: charts are SVG, nothing is loaded. */
import { channelColumn } from '../../../shared/domain/score.ts';
import type { AnomalyEvent } from '../../../shared/domain/event.ts';
import { eventSentence } from '../../../shared/domain/event-words.ts';
import type { ModelCard } from '../../../shared/domain/model.ts';
import type { ColumnView, StreamInfo, TimeRange } from '../../../shared/domain/stream.ts';
import {
  formatDuration,
  formatMoment,
  formatNumber,
  formatSpan,
  SEVERITY_SHAPES,
} from '../../../shared/domain/words.ts';
import { REPORT_STYLE } from './report-style.ts';
import { drawChart, type Trace } from './svg-chart.ts';
import { escapeHtml } from './escape-html.ts';
import { backendSentence, gradientLines, noteSentence } from './model-words.ts';

const LANE_HEIGHT = 150;
const SCORE_HEIGHT = 110;
const EXCERPT_HEIGHT = 130;
const LOSS_HEIGHT = 120;
const EXCERPTS_MAX = 20;

/** Views of the whole recording and of a stretch around each event drawn by itself. */
export interface ReportInput {
  readonly stream: StreamInfo;
  readonly card: ModelCard;
  readonly events: readonly AnomalyEvent[];
  readonly whole: ReportViews;
  readonly excerpts: readonly ReportViews[];
}

export interface ReportViews {
  readonly hasTime: boolean;
  readonly range: TimeRange;
  readonly series: ColumnView;
  readonly scores: ColumnView;
}

/** The events that get an excerpt of their own, strongest first. */
export function excerptEvents(events: readonly AnomalyEvent[]): AnomalyEvent[] {
  return events.toSorted((a, b) => b.peakScore - a.peakScore).slice(0, EXCERPTS_MAX);
}

/** Same input, same bytes: no clock enters. */
export function renderReport(input: ReportInput): string {
  const { stream, card } = input;
  const body = [
    heading(input),
    eventTable(input),
    overview(input),
    excerpts(input),
    modelCard(input),
    dataQuality(stream),
    method(card),
  ];
  return (
    '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">' +
    '<meta name="viewport" content="width=device-width, initial-scale=1">' +
    `<title>${escapeHtml(stream.name)}: anomaly report</title>` +
    `<style>${REPORT_STYLE}</style></head><body><main>${body.join('\n')}</main></body></html>\n`
  );
}

function heading({ stream, card, events, whole: { range } }: ReportInput): string {
  const high = events.filter(({ severity }) => severity === 'high').length;
  const one = events.length === 1 ? ` of ${events[0].severity} severity` : '';
  const ofHigh = one || (high > 0 ? `, ${high} of high severity` : '');
  const count = events.length === 1 ? 'one event' : `${events.length || 'no'} events`;
  const found =
    events.length === 0
      ? 'The machine kept to its normal rhythm: no event was found.'
      : `The machine left its normal rhythm in ${count}${ofHigh}.`;
  const span = formatSpan(range, stream.hasTime);
  return (
    `<h1>${escapeHtml(stream.name)}</h1><p class="muted">${span} · ` +
    `${formatDuration(range.to - range.from)} · ${stream.rows.toLocaleString('en-US')} rows · ` +
    `${card.channels.length} ${card.channels.length === 1 ? 'channel' : 'channels'}</p>` +
    `<p class="lead">${found}</p>`
  );
}

const LEGEND =
  '<p class="legend"><span><i class="l-observed"></i>observed</span>' +
  '<span><i class="l-forecast"></i>forecast one step ahead</span>' +
  '<span><i class="wide"></i>expected band</span>' +
  '<span><i class="l-threshold"></i>threshold</span><span>shaded: events by severity</span></p>';

function overview({ stream, card, events, whole }: ReportInput): string {
  const lanes = card.channels.map((name, k) => {
    const { unit } = stream.channels.find((channel) => channel.name === name)!;
    const suffix = unit ? ` <span class="muted">${escapeHtml(unit)}</span>` : '';
    const chart = channelChart(whole, events, name, k, LANE_HEIGHT);
    return `<div class="card"><h3>${escapeHtml(name)}${suffix}</h3>${chart}</div>`;
  });
  const residuals = card.channels.map((name, k) => {
    const trace = column(whole.scores, channelColumn(k, 'residual'), 'observed');
    const title = `${escapeHtml(name)} <span class="muted">residual: observed − forecast</span>`;
    const { range } = whole;
    const chart = drawChart({
      label: `Residual of ${name}`,
      height: SCORE_HEIGHT,
      range,
      traces: [trace],
      events,
      axis: axisOf(whole),
    });
    return `<div class="card"><h3>${title}</h3>${chart}</div>`;
  });
  return (
    `<h2>Overview</h2>${LEGEND}${lanes.join('')}<div class="card"><h3>Score</h3>` +
    `${scoreChart(whole, events)}</div><h2>Residuals</h2>${residuals.join('')}`
  );
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
): string {
  const { range, series, scores } = views;
  const { t, bucketMs } = scores;
  const low = scores.mean[channelColumn(k, 'low')];
  const high = scores.mean[channelColumn(k, 'high')];
  const prediction = scores.mean[channelColumn(k, 'prediction')];
  const observed = column(series, series.names.indexOf(name), 'observed');
  const forecast = { t, low: prediction, high: prediction, bucketMs, className: 'forecast' };
  return drawChart({
    label: `${name}: observed and forecast`,
    height,
    range,
    events,
    traces: [
      { kind: 'band', className: 'band', t, low, high, bucketMs },
      observed,
      { kind: 'line', ...forecast },
    ],
    axis: axisOf(views),
  });
}

function scoreChart(views: ReportViews, events: readonly AnomalyEvent[]): string {
  const { range, scores } = views;
  return drawChart({
    label: 'Score and threshold',
    height: SCORE_HEIGHT,
    range,
    events,
    include: [0],
    traces: [column(scores, 0, 'score'), column(scores, 2, 'threshold')],
    axis: axisOf(views),
  });
}

const axisOf = ({ hasTime }: ReportViews): 'time' | 'elapsed' => (hasTime ? 'time' : 'elapsed');

function severityWord({ severity }: AnomalyEvent): string {
  return `<span class="severity ${severity}">${SEVERITY_SHAPES[severity]} ${severity}</span>`;
}

function shareBars(event: AnomalyEvent): string {
  return event.channels
    .slice(0, 3)
    .filter(({ share }) => share >= 0.01)
    .map(({ name, share }) => {
      const percent = Math.round(100 * share);
      const bar = `<i class="bar" style="width:${percent}px"></i>`;
      return `<div class="share">${bar}${escapeHtml(name)} ${percent} %</div>`;
    })
    .join('');
}

function eventTable({ stream, events }: ReportInput): string {
  if (events.length === 0) return '<h2>Events</h2><p>None.</p>';
  const rows = events.map((event) => {
    const provisional = event.provisional ? ' <span class="muted">(provisional)</span>' : '';
    return (
      `<tr><td class="time">${formatMoment(event.start, stream.hasTime)}</td>` +
      `<td class="time">${formatDuration(event.end - event.start)}</td>` +
      `<td>${severityWord(event)}${provisional}</td><td>${formatNumber(event.peakScore)}</td>` +
      `<td>${escapeHtml(eventSentence(event, stream.channels))}</td>` +
      `<td>${shareBars(event)}</td></tr>`
    );
  });
  const start = stream.hasTime ? 'Start (UTC)' : 'Start';
  const heads = [start, 'Length', 'Severity', 'Peak score', 'What happened', 'Channels'];
  const head = heads.map((text) => `<th scope="col">${text}</th>`).join('');
  return (
    `<h2>Events</h2><div class="card scroll"><table><thead><tr>${head}</tr></thead>` +
    `<tbody>${rows.join('')}</tbody></table></div>`
  );
}

function excerpts({ stream, card, events, excerpts: views }: ReportInput): string {
  if (events.length === 0) return '';
  const strongest = excerptEvents(events);
  const cards = strongest.map((event, i) => {
    const { name } = event.channels[0];
    const k = card.channels.indexOf(name);
    const chart = channelChart(views[i], [event], name, k, EXCERPT_HEIGHT);
    const start = formatMoment(event.start, stream.hasTime);
    return (
      `<div class="card"><h3>${start} ${severityWord(event)}</h3>` +
      `<p>${escapeHtml(eventSentence(event, stream.channels))}</p>${chart}</div>`
    );
  });
  const which = strongest.length < events.length ? ` (the strongest ${strongest.length})` : '';
  return `<h2>Events one by one${which}</h2>${cards.join('')}`;
}

function definitions(pairs: readonly (readonly [string, string])[]): string {
  const rows = pairs.map(([term, text]) => `<dt>${term}</dt><dd>${escapeHtml(text)}</dd>`);
  return `<dl>${rows.join('')}</dl>`;
}

function modelCard({ card, stream }: ReportInput): string {
  const steps = Float64Array.from(card.lossCurve, ({ step }) => step);
  const loss = Float64Array.from(card.lossCurve, ({ train }) => train);
  const curve = drawLoss(steps, loss);
  const facts = definitions([
    ['Network', `GRU, ${card.hidden} hidden units, ${card.parameterCount} parameters`],
    ['Horizons', `${card.horizons.join(', ')} steps ahead`],
    ['Mode', card.mode === 'stream' ? 'stream: learns on line' : 'reference: a given normal range'],
    ['Learnt from', `${card.trainRows} rows, ${formatSpan(card.trainRange, stream.hasTime)}`],
    ['Trainings', String(card.trainings)],
    ['Threshold', formatNumber(card.threshold)],
    ['Seed', String(card.seed)],
    ['Computed by', backendSentence(card)],
    ['Checkpoint', `sha256 ${card.checkpointSha256}`],
  ]);
  const notes = (card.notes ?? [])
    .map((note) => `<p>${escapeHtml(noteSentence(note))}</p>`)
    .join('');
  const lossCard = `<div class="card"><h3>Loss</h3>${curve}${notes}</div>`;
  const gradients = definitions(gradientLines(card.lossCurve.at(-1)?.gradients));
  const gradientCard = `<div class="card"><h3>Gradients at the end</h3>${gradients}</div>`;
  return `<h2>Model</h2><div class="card">${facts}</div>${lossCard}${gradientCard}`;
}

/** The loss over optimiser steps; a jump marks a new training. */
function drawLoss(steps: Float64Array, loss: Float64Array): string {
  const range = { from: 0, to: steps.at(-1) ?? 1 };
  const trace = { className: 'forecast', t: steps, low: loss, high: loss, bucketMs: Infinity };
  const chart = drawChart({
    label: 'Training loss by step',
    height: LOSS_HEIGHT,
    range,
    traces: [{ kind: 'line', ...trace }],
    events: [],
    include: [0],
    axis: 'steps',
  });
  return chart;
}

function dataQuality(stream: StreamInfo): string {
  const facts = definitions([
    ['Rows', stream.rows.toLocaleString('en-US')],
    ['Period', formatDuration(stream.periodMs)],
    ['Rows set aside', `${stream.quarantined} could not be read`],
    ['Equal times', `${stream.duplicates} rows replaced an earlier one with the same time`],
    ['Steps back', `${stream.backward} rows came with an earlier time than the row before`],
    ['Gaps', `${stream.gaps} steps longer than three periods`],
  ]);
  return `<h2>Data</h2><div class="card">${facts}</div>`;
}

function method(card: ModelCard): string {
  const scoring =
    card.mode === 'stream'
      ? 'Each row gets a score: how rare its level is among the last 8000 rows, and how rare ' +
        'its forecast errors are among the last 4000. A score of 2.8 is reached by chance about ' +
        'once in 630 rows. Within 200 rows only a new record raises an alarm.'
      : 'Each row gets a score from its forecast errors and from the distance of its levels to ' +
        'the normal range, both relative to the 99 % quantile of the training rows. An alarm is ' +
        'a score above 1.4 times that of normal.';
  return (
    '<h2>Method</h2><p>A recurrent network (GRU) learnt to forecast the machine 1, 4 and 16 ' +
    `steps ahead from its own past. Residuals are what it did not foresee.</p><p>${scoring}</p>` +
    '<p>Shares say which channels stood out, weighing each by how improbable its values were. ' +
    'All times are UTC. The same file, options and seed give the same report.</p>'
  );
}
