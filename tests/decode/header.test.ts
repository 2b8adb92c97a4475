import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isAnnotationName,
  isTimeName,
  nameColumns,
  splitUnit,
} from '../../shared/decode/header.ts';

describe('splitUnit', () => {
  it.each([
    ['Pressure (bar)', 'Pressure', 'bar'],
    ['temp [°C]', 'temp', '°C'],
    ['  flow ( m³/h ) ', 'flow', 'm³/h'],
    ['温度(℃)', '温度', '℃'],
    ['Motor (left) (kW)', 'Motor (left)', 'kW'],
    ['Temperatur °C', 'Temperatur', '°C'],
    ['valve opening %', 'valve opening', '%'],
    ['% load', '% load', ''],
    ['speed', 'speed', ''],
    ['(bar)', '(bar)', ''],
    ['', '', ''],
  ])('cuts %j into %j and %j', (header, name, unit) => {
    expect(splitUnit(header)).toEqual({ name, unit });
  });

  it('finds every plain name and unit again', () => {
    const word = fc.stringMatching(/^[a-zA-Z°%µ/]{1,12}$/);
    fc.assert(
      fc.property(word, word, (name, unit) => {
        expect(splitUnit(`${name} (${unit})`)).toEqual({ name, unit });
        expect(splitUnit(`${name}[${unit}]`)).toEqual({ name, unit });
      }),
    );
  });
});

describe('nameColumns', () => {
  it('names every column, none empty, none twice', () => {
    const headers = fc.array(fc.oneof(fc.string(), fc.constantFrom('a', 'A', 'a 2', '', ' ')));
    fc.assert(
      fc.property(headers, fc.nat(12), (texts, count) => {
        const names = nameColumns(texts, count).map(({ name }) => name);
        expect(names).toHaveLength(count);
        expect(names.every((name) => name.trim() !== '')).toBe(true);
        expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(count);
      }),
    );
  });

  it('counts where there are no headers', () => {
    expect(nameColumns(null, 2)).toEqual([
      { name: 'Column 1', unit: '' },
      { name: 'Column 2', unit: '' },
    ]);
    expect(nameColumns(['load (kW)', 'load (A)'], 2)).toEqual([
      { name: 'load', unit: 'kW' },
      { name: 'load 2', unit: 'A' },
    ]);
  });
});

describe('names that say what a column is', () => {
  it.each(['time', 'Timestamp', 'DATE', 'date_time', 'datetime', 't', 'ts', 'Time since start'])(
    'knows %j as a time',
    (name) => {
      expect(isTimeName(name)).toBe(true);
    },
  );

  it.each(['时间', '日期', '时间戳', ' 日期 ', 'time_ms', 'timestamp_us', 'epoch_s'])(
    'knows %j as a time too',
    (name) => {
      expect(isTimeName(name)).toBe(true);
    },
  );

  it.each(['temperature', 'torque', 'dates eaten', 'runtime', 'secondary flow', 't_oil', ''])(
    'does not take %j for a time',
    (name) => {
      expect(isTimeName(name)).toBe(false);
    },
  );

  it('knows annotations', () => {
    for (const name of ['anomaly', 'is_anomaly', 'Label', 'changepoint', 'ground_truth']) {
      expect(isAnnotationName(name)).toBe(true);
    }
    expect(isAnnotationName('label printer speed')).toBe(false);
  });
});
