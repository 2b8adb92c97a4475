/** The model card, its loss, and the threshold. */
import { formatCount, formatNumber } from '../../../shared/domain/words.ts';
import { definitions, type Facts } from './html-facts.ts';
import { escapeHtml } from './escape-html.ts';
import { backendSentence, gradientLines, modeReasonText, noteSentence } from './model-words.ts';
import type { ReportModel } from './report-model.ts';
import { spanText, type ReportWords } from './report-words.ts';
import { drawChart } from './svg-chart.ts';
import { fill } from './fill.ts';

const LOSS_HEIGHT = 120;

export function modelSection(report: ReportModel, words: ReportWords): string {
  const facts = definitions(modelFacts(report, words));
  const { card, language } = report;
  const notes = (card.notes ?? [])
    .map((note) => `<p>${escapeHtml(noteSentence(note, language))}</p>`)
    .join('');
  const lines = gradientLines(card.lossCurve.at(-1)?.gradients, language);
  const gradients =
    lines.length === 0
      ? ''
      : `<div class="card"><h3>${words.charts.gradients}</h3>${definitions(lines)}</div>`;
  return (
    `<h2>${words.sections.model}</h2><div class="card">${facts}</div>` +
    `<div class="card"><h3>${words.charts.loss}</h3>${drawLoss(report, words)}${notes}</div>` +
    gradients
  );
}

/** The mode, and why it was taken. */
function modeFact({ card, language }: ReportModel, { model }: ReportWords): string {
  const why = modeReasonText(card, language);
  if (why === '') return model[card.mode];
  return language === 'en' ? `${model[card.mode]} (${why})` : `${model[card.mode]}（${why}）`;
}

export function modelFacts(report: ReportModel, words: ReportWords): Facts {
  const { card, stream, language } = report;
  const { model } = words;
  const { hidden, parameterCount } = card;
  const span = spanText(card.trainRange, stream.hasTime, words);
  const parameters = formatCount(parameterCount);
  return [
    [model.network, fill(model.networkIs, { hidden, parameters })],
    [model.horizons, fill(model.horizonsAre, { steps: card.horizons.join(', ') })],
    [model.mode, modeFact(report, words)],
    ...(card.recogniser
      ? [[model.activities, card.recogniser.activities.join(', ')] as const]
      : []),
    ...(card.shapes
      ? [
          [
            model.shapes,
            fill(model.shapesAre, { n: card.shapes, all: card.channels.length }),
          ] as const,
        ]
      : []),
    [model.learnt, fill(model.learntIs, { rows: formatCount(card.trainRows), span })],
    [model.trainings, formatCount(card.trainings)],
    ...heldOutFact(card, words),
    [model.seed, String(card.seed)],
    [model.backend, backendSentence(card, language)],
    [model.checkpoint, `sha256 ${card.checkpointSha256}`],
  ];
}

function heldOutFact({ heldOut }: ReportModel['card'], { model }: ReportWords): Facts {
  if (!heldOut) return [];
  const [loss, lastValue] = [heldOut.model, heldOut.lastValue].map(formatNumber);
  return [[model.heldOut, fill(model.heldOutIs, { loss, lastValue })]];
}

/** The loss over optimiser steps; a jump marks a new training. */
function drawLoss({ card }: ReportModel, words: ReportWords): string {
  const steps = Float64Array.from(card.lossCurve, ({ step }) => step);
  const loss = Float64Array.from(card.lossCurve, ({ train }) => train);
  const trace = { className: 'forecast', t: steps, low: loss, high: loss, bucketMs: Infinity };
  return drawChart({
    label: words.charts.lossLabel,
    height: LOSS_HEIGHT,
    range: { from: 0, to: steps.at(-1) ?? 1 },
    traces: [{ kind: 'line', ...trace }],
    events: [],
    include: [0],
    axis: 'steps',
  });
}

export function thresholdSection(report: ReportModel, words: ReportWords, chart: string): string {
  const facts = definitions(thresholdFacts(report, words));
  return (
    `<h2>${words.sections.threshold}</h2><div class="card"><p>${words.threshold.text}</p>` +
    `${facts}${chart}</div>`
  );
}

export function thresholdFacts({ threshold }: ReportModel, words: ReportWords): Facts {
  const text = words.threshold;
  return [
    [text.last, formatNumber(threshold.last)],
    [text.first, formatNumber(threshold.first)],
    [text.lowest, formatNumber(threshold.lowest)],
    [text.highest, formatNumber(threshold.highest)],
  ];
}
