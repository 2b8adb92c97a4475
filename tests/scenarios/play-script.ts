/** Plays a scenario: makes its recording from a seed, learns, detects, and compares. */
import { Companions } from '../../shared/detect/companions.ts';
import type { Mark } from '../../shared/domain/mark.ts';
import { Detector } from '../../shared/detect/detector.ts';
import type { TrainingRequest } from '../../shared/detect/training-request.ts';
import type { AnomalyEvent } from '../../shared/domain/event.ts';
import { scoreColumnNames } from '../../shared/domain/score.ts';
import type { SampleBatch } from '../../shared/domain/stream.ts';
import { createRandom, type Random } from '../../shared/math/prng.ts';
import type { Forecaster } from '../../shared/model/forecaster.ts';
import { openTraining } from '../../shared/train/order.ts';
import { orderOf } from '../../electron/engine/training/learn.ts';
import { createNodeWasmBackend, wasmStepper } from '../../electron/engine/training/wasm-node.ts';
import type { Change, Expectation, Load, Near, Script } from './script.ts';

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;

export interface Played {
  readonly events: readonly AnomalyEvent[];
  readonly marks: readonly Mark[];
}

export function play(script: Script, seed: number): Played {
  const batch = record(script, createRandom(seed));
  const channels = script.loads.map(({ channel }) => channel);
  const { mode, trainRows, threshold } = script;
  const spec = { mode, channels, trainRows, seed, hasTime: true, ...(threshold && { threshold }) };
  const detector = new Detector(spec, wasmStepper);
  const companions = new Companions(channels);
  const values = new Float64Array(channels.length);
  const out = new Float64Array(scoreColumnNames(channels).length);
  const events: AnomalyEvent[] = [];
  const marks: Mark[] = [];
  let learnt: Forecaster | null = null;
  batch.t.forEach((t, row) => {
    const request = detector.trainingDue();
    if (request) learnt = train(request);
    if (learnt && detector.isAdoptionDue()) detector.adopt(learnt);
    batch.columns.forEach((column, k) => (values[k] = column[row]));
    detector.push(t, values, out);
    companions.push(t, values);
    events.push(...detector.takeEvents());
    marks.push(...companions.takeMarks());
  });
  events.push(...detector.finish());
  marks.push(...companions.finish());
  return { events, marks };
}

function train(request: TrainingRequest): Forecaster {
  const backend = createNodeWasmBackend({ build: 'plain', threads: 1 });
  const { trainer, forecaster } = openTraining(backend, orderOf(request), null);
  while (trainer.end === null) trainer.advance();
  trainer.finish();
  backend.dispose();
  return forecaster;
}

/** The recording: channels, then changes; rows that are absent leave a hole in time. */
function record({ loads, changes, periodMs, startMs }: Script, random: Random): SampleBatch {
  const columns = new Map<string, Float64Array>();
  for (const load of loads) columns.set(load.channel, column(load, columns, random));
  const rows = Math.min(...[...columns.values()].map(({ length }) => length));
  const absent = new Set<number>();
  for (const change of changes) {
    for (let row = change.from; row < Math.min(rows, change.from + change.rows); row++) {
      const hour = ((startMs + row * periodMs) / HOUR_MS) % DAY_HOURS;
      if (change.daily && !isWithin(hour, change.daily)) continue;
      if (change.what.kind === 'absent') absent.add(row);
      else apply(change, columns.get(change.channel)!, row, random);
    }
  }
  const kept = Array.from({ length: rows }, (_, row) => row).filter((row) => !absent.has(row));
  return {
    t: Float64Array.from(kept, (row) => startMs + row * periodMs),
    columns: [...columns.values()].map((all) => Float64Array.from(kept, (row) => all[row])),
  };
}

const isWithin = (hour: number, [from, to]: readonly [number, number]): boolean =>
  from < to ? hour >= from && hour < to : hour >= from || hour < to;

function column(
  { parts, follows }: Load,
  known: ReadonlyMap<string, Float64Array>,
  random: Random,
): Float64Array {
  if (follows) {
    const { other, factor, offset, noise } = follows;
    return known.get(other)!.map((x) => offset + factor * x + noise * random.normal());
  }
  const values: number[] = [];
  let total = 0;
  for (const { base, noise, wave, rows } of parts) {
    for (let i = 0; i < rows; i++) {
      const row = values.length;
      let x = noise * random.normal();
      if (wave) x += wave.amplitude * Math.sin((2 * Math.PI * row) / wave.rows);
      if (base.kind === 'count') x += total += base.step;
      if (base.kind === 'switch') x += row % base.rows < base.rows / 2 ? base.low : base.high;
      if (base.kind === 'level') x += base.from + ((base.to - base.from) * i) / Math.max(1, rows);
      values.push(x);
    }
  }
  return Float64Array.from(values);
}

function apply({ what, from, rows }: Change, all: Float64Array, row: number, random: Random): void {
  switch (what.kind) {
    case 'add':
      all[row] +=
        what.from + ((what.to - what.from) * (row - from)) / (Number.isFinite(rows) ? rows : 1);
      break;
    case 'noise':
      all[row] += what.size * random.normal();
      break;
    case 'set':
      all[row] = what.value;
      break;
    case 'every':
      if (row % what.rows !== 0) all[row] = NaN;
      break;
    default:
      all[row] = NaN;
  }
}

/** Sentences on what was not as expected; none when all was. */
export function complaints(script: Script, { events, marks }: Played): string[] {
  const { startMs, periodMs } = script;
  const rowAt = (t: number): number => (t - startMs) / periodMs;
  const told = events.map((event) => {
    const { start, end, kind, channels } = event;
    return `${channels[0].name} ${rowAt(start)}..${rowAt(end)} ${kind}`;
  });
  const seen = `seen: ${told.join('; ') || 'nothing'}`;
  const isNear = (t: number, { row, within }: Near): boolean => Math.abs(rowAt(t) - row) <= within;
  const isMet = (one: Expectation): boolean => {
    switch (one.kind) {
      case 'silence':
        return events.every(({ start, end }) => rowAt(end) < one.from || rowAt(start) > one.to);
      case 'count':
        return one.atMost ? events.length <= one.count : events.length === one.count;
      case 'mark':
        return marks.some(
          ({ kind, channel, start }) =>
            kind === one.mark &&
            (one.channel === null || one.channel === channel) &&
            isNear(start, one.starts),
        );
      case 'event':
        return events.some(
          ({ start, end, kind, channels }) =>
            isNear(start, one.starts) &&
            (one.channel === null || channels[0].name === one.channel) &&
            (one.ends === null || isNear(end, one.ends)) &&
            (one.eventKind === null || kind === one.eventKind),
        );
    }
  };
  const marked = marks.map(({ kind, channel, start }) => `${kind} ${channel} ${rowAt(start)}`);
  return script.expectations
    .filter((one) => !isMet(one))
    .map((one) => `${one.line} — ${one.kind === 'mark' ? `marks: ${marked.join('; ')}` : seen}`);
}
