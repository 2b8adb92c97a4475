/** What is said at the moment under the cursor: beside each lane, and in the table. */
import { computed, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import type { KeptSegment } from '../../../shared/domain/activity.ts';
import { formatNumber } from '../../../shared/domain/words.ts';
import type { KnownStream } from '../stores/streams.ts';
import { momentOf, type Moment } from './lanes-of.ts';
import type { ChannelLane, Input } from './use-lanes.ts';
import type { StreamView } from './use-stream-view.ts';

/** Lanes that the table tells of. */
const TABLE_ROWS = 12;

export interface SpokenOf {
  readonly view: StreamView;
  readonly input: Input;
  readonly lanes: Ref<readonly ChannelLane[]>;
  readonly cursor: Ref<number | null>;
  readonly segments: Ref<readonly KeptSegment[]>;
}

export function useLaneWords(
  stream: () => KnownStream,
  { view, input, lanes, cursor, segments }: SpokenOf,
) {
  const { t } = useI18n();
  /** Under the cursor, else the newest in view. */
  const moment = computed(() => {
    if (cursor.value !== null) return cursor.value;
    const [range, series] = [view.range.value, view.series.value];
    if (!range || !series) return 0;
    return series.t.findLast((time) => time <= range.to) ?? range.to;
  });
  const moments = computed(() => {
    const all = input.value;
    if (!all) return [];
    return lanes.value.map((lane) => ({
      lane,
      values: momentOf(all.series, all.scores, lane.index, lane.scored, moment.value),
    }));
  });
  const labels = computed(() => {
    const told = moments.value.map(({ lane, values }) => {
      const isKnown = Number.isFinite(values.low) && Number.isFinite(values.high);
      const words = { low: formatNumber(values.low), high: formatNumber(values.high) };
      const unforeseen = lane.scored >= 0 ? t('stream.learning') : '';
      const label = {
        value: formatNumber(values.observed),
        unit: stream().channels[lane.index].unit,
        note: isKnown ? t('stream.expected', words) : unforeseen,
        off: isOff(values),
      };
      return [lane.name, label] as const;
    });
    return new Map(told);
  });
  const table = computed(() =>
    moments.value.slice(0, TABLE_ROWS).map(({ lane, values }) => ({
      name: lane.name,
      observed: formatNumber(values.observed),
      expected: formatNumber(values.expected),
      residual: formatNumber(values.residual),
      off: isOff(values),
    })),
  );
  const activity = computed(() => {
    const at = moment.value;
    const here = segments.value.find(({ start, end }) => at >= start && at < end);
    return here ? (here.activity ?? t('values.unknown')) : '';
  });
  return { moment, labels, table, activity };
}

const isOff = ({ observed, low, high }: Moment): boolean => observed < low || observed > high;
