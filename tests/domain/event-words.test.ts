import { describe, expect, it } from 'vitest';
import {
  EVENT_KINDS,
  reviveEvent,
  type AnomalyEvent,
  type ChannelShare,
  type EventKind,
} from '../../shared/domain/event.ts';
import { eventSentence, kindWord } from '../../shared/domain/event-words.ts';

const channels = [
  { name: 'Outlet pressure', unit: 'bar' },
  { name: 'flow', unit: 'm³/h' },
  { name: 'current', unit: 'A' },
];

function share(name: string, stoodOut: boolean, observed = NaN): ChannelShare {
  return { name, share: 0.3, observed, expectedLow: 3.4, expectedHigh: 3.6, stoodOut };
}

function event(kind: EventKind, change: Partial<AnomalyEvent> = {}): AnomalyEvent {
  return {
    ...{ start: 0, end: 40_000, peakTime: 0, peakScore: 4, severity: 'high', provisional: false },
    kind,
    evidence: { before: 3.5, during: 2.2 },
    channels: [share('Outlet pressure', true, 2.1), share('flow', false), share('current', false)],
    ...change,
  };
}

const english = (one: AnomalyEvent): string => eventSentence(one, channels);
const chinese = (one: AnomalyEvent): string => eventSentence(one, channels, 'zh-CN');

describe('the sentence of an event', () => {
  it.each<[EventKind, string]>([
    ['spike', 'Outlet pressure fell to 2.1 bar for 40 s where 3.4–3.6 bar was expected'],
    [
      'level-shift',
      'Outlet pressure fell to 2.2 bar and stayed there for 40 s where 3.4–3.6 bar was expected',
    ],
    ['drift', 'Outlet pressure crept down from 3.5 bar to 2.2 bar over 40 s'],
    ['variance', 'Outlet pressure varied 1.6 times less for 40 s'],
    ['flat', 'Outlet pressure stood still at 2.2 bar for 40 s'],
    ['gap', 'Outlet pressure said nothing for 40 s'],
    ['frequency', 'Outlet pressure swung 1.6 times slower for 40 s'],
    ['unusual', 'Outlet pressure went too low within 40 s: 2.1 bar where 3.4–3.6 bar was expected'],
  ])('of a %s says what happened and how the others fared', (kind, text) => {
    expect(english(event(kind))).toBe(`${text}; flow and current stayed normal.`);
  });

  it('names whom a channel stopped following', () => {
    const evidence = { before: 0.9, during: 0.1, partner: 'flow' };
    expect(english(event('correlation', { evidence }))).toMatch(
      /^Outlet pressure no longer followed flow for 40 s;/,
    );
  });

  it('names the channels that stood out too, or counts them', () => {
    const two = [share('Outlet pressure', true, 9), share('flow', true), share('current', false)];
    const evidence = { before: 3.5, during: 8 };
    expect(english(event('spike', { channels: two, evidence }))).toBe(
      'Outlet pressure rose to 9 bar for 40 s where 3.4–3.6 bar was expected; ' +
        'flow stood out too; current stayed normal.',
    );
    const many = ['a', 'b', 'c', 'd'].map((name) => share(name, true));
    const wide = event('spike', { channels: [two[0], ...many] });
    expect(english(wide)).toMatch(/; 4 other channels stood out too\.$/);
    const calm = many.map((one) => ({ ...one, stoodOut: false }));
    const alone = event('spike', { channels: [two[0], ...calm] });
    expect(english(alone)).toMatch(/; the other 4 channels stayed normal\.$/);
  });

  it('calls what was out for a part of its span reached, not lasting', () => {
    const brief = event('spike', { evidence: { before: 3.5, during: 3.45 } });
    expect(english(brief)).toMatch(
      /^Outlet pressure fell as low as 2.1 bar within 40 s where 3.4–3.6 bar was expected;/,
    );
    expect(chinese(brief)).toMatch(/^Outlet pressure 在 40 秒内最低降到 2.1 bar，/);
  });

  it('calls a spike lasting only where its median went most of the way', () => {
    const far = [share('Outlet pressure', true, 9)];
    const most = event('spike', { channels: far, evidence: { before: 3.5, during: 8 } });
    expect(english(most)).toMatch(/^Outlet pressure rose to 9 bar for 40 s where/);
    const half = event('spike', { channels: far, evidence: { before: 3.5, during: 5 } });
    expect(english(half)).toMatch(/^Outlet pressure rose as high as 9 bar within 40 s where/);
  });

  it('names what was usual where a new level lies in the range expected', () => {
    const inside = event('level-shift', {
      channels: [share('Outlet pressure', true, 3.45)],
      evidence: { before: 3.58, during: 3.42 },
    });
    expect(english(inside)).toBe(
      'Outlet pressure fell to 3.42 bar and stayed there for 40 s where 3.58 bar was usual.',
    );
    expect(chinese(inside)).toBe('Outlet pressure 降到 3.42 bar 并保持 40 秒，平时为 3.58 bar。');
  });

  it('speaks of the increments of what only counts up, and of its falling back', () => {
    const meter = { ...share('meter', true, 9), counts: true };
    const fast = event('spike', { channels: [meter], evidence: { before: 3.5, during: 9 } });
    expect(english(fast)).toBe('meter per row rose to 9 for 40 s where 3.4–3.6 was expected.');
    expect(chinese(fast)).toBe('meter 每行增量 升到 9，持续 40 秒，正常范围 3.4–3.6。');
    const reset = event('spike', { end: 0, channels: [{ ...meter, observed: -3.6 }] });
    expect(english(reset)).toBe('meter, which only counts up, fell back in one row.');
    expect(chinese(reset)).toBe('meter 只应增加，却发生回退，仅一行。');
  });

  it('parts a range that begins with a minus by a word', () => {
    const one = { ...share('torque', true, 9), expectedLow: -2, expectedHigh: 3 };
    const negative = event('spike', {
      end: 0,
      evidence: { before: 0, during: 9 },
      channels: [one],
    });
    expect(english(negative)).toBe('torque rose to 9 in one row where -2 to 3 was expected.');
    expect(chinese(negative)).toBe('torque 升到 9，仅一行，正常范围 -2 至 3。');
  });

  it('is inside where it only touches the end of the range, or is written like it', () => {
    const alike = { ...share('flow', true, 30.996), expectedLow: 31.0001, expectedHigh: 33 };
    const written = event('spike', { channels: [{ ...alike, observed: 31.00004 }] });
    expect(english(written)).toBe('flow did not move as expected for 40 s.');
    const edge = event('unusual', { channels: [share('flow', true, 3.3997)] });
    expect(english(edge)).toBe('flow did not move as expected for 40 s.');
  });

  it('writes large and small numbers with a power of ten', () => {
    const large = event('spike', {
      ...{ end: 0, evidence: { before: 0, during: 1.92e8 } },
      channels: [{ ...share('bytes', true, 1.924e8), expectedLow: 0, expectedHigh: 2e-5 }],
    });
    expect(english(large)).toBe(
      'bytes rose to 1.92×10⁸ in one row where 0–2.00×10⁻⁵ was expected.',
    );
  });

  it('has no second half for a single channel and no span for one row', () => {
    const one = event('spike', { end: 0, channels: [share('Outlet pressure', true, 2.1)] });
    expect(english(one)).toBe(
      'Outlet pressure fell to 2.1 bar in one row where 3.4–3.6 bar was expected.',
    );
    expect(chinese(one)).toBe('Outlet pressure 降到 2.1 bar，仅一行，正常范围 3.4–3.6 bar。');
  });

  it('does without numbers that are not known', () => {
    const blank = event('unusual', { channels: [share('flow', true, NaN)] });
    expect(english(blank)).toBe('flow did not move as expected for 40 s.');
    expect(chinese(blank)).toBe('flow 的走势与预期不符，持续 40 秒。');
  });

  it.each(EVENT_KINDS)('is Chinese for a %s, as is its name', (kind) => {
    const evidence = { before: 0.9, during: 0.1, partner: 'flow' };
    for (const text of [chinese(event(kind, { evidence })), kindWord(kind, 'zh-CN')]) {
      expect(text).toMatch(/[\u4e00-\u9fff]/);
      expect(text).not.toMatch(/NaN|undefined|null/);
    }
    expect(english(event(kind, { evidence }))).not.toMatch(/NaN|undefined|null/);
  });
});

describe('an event from the store', () => {
  it('has its missing numbers back', () => {
    const stored = event('unusual', { evidence: { before: NaN, during: 1 } });
    expect(reviveEvent(JSON.parse(JSON.stringify(stored)) as AnomalyEvent)).toEqual(stored);
  });

  it('of a former version is of no special kind', () => {
    const former = { ...event('spike'), kind: undefined, evidence: undefined };
    const stored = JSON.parse(JSON.stringify(former)) as AnomalyEvent;
    expect(reviveEvent(stored)).toMatchObject({
      kind: 'unusual',
      evidence: { before: NaN, during: NaN },
    });
  });
});
