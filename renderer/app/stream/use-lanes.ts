/** What the lanes of a stream are drawn from, and which there are. */
import { computed, type ComputedRef } from 'vue';
import { useI18n } from 'vue-i18n';
import { scoreColumnNames } from '../../../shared/domain/score.ts';
import { formatNumber } from '../../../shared/domain/words.ts';
import type { ChartOption } from '../charts/echarts.ts';
import type { KnownStream } from '../stores/streams.ts';
import { useTheme } from '../stores/theme.ts';
import { arrange, toggled } from './lane-order.ts';
import {
  channelLane,
  momentOf,
  residualLane,
  scaleOf,
  scoreAt,
  scoreLane,
  type LaneInput,
} from './lanes-of.ts';
import type { KeptLayout } from './use-layout.ts';
import type { StreamView } from './use-stream-view.ts';

export type Input = ComputedRef<LaneInput | null>;

/** One channel's lane. */
export interface ChannelLane {
  readonly kind: 'lane';
  readonly name: string;
  /** Its place in the stream, and in the model; -1 when the model leaves it out. */
  readonly index: number;
  readonly scored: number;
  readonly isLocked: boolean;
  readonly draw: () => ChartOption;
}

export function useLaneInput(stream: () => KnownStream, view: StreamView): Input {
  const theme = useTheme();
  return computed(() => {
    const [range, series] = [view.range.value, view.series.value];
    if (!range || !series || series.names.length !== stream().channels.length) return null;
    const { model } = stream();
    const found = view.scores.value;
    const names = model && scoreColumnNames(model.channels, model.recogniser?.activities);
    const fits = names && found?.names.length === names.length;
    return { range, series, scores: fits ? found : null, palette: theme.palette };
  });
}

export function useLaneEntries(stream: () => KnownStream, input: Input, kept: KeptLayout) {
  const layout = computed(() => kept.layout.value);
  const hasInput = computed(() => input.value !== null);
  const hasScores = computed(() => Boolean(input.value?.scores));
  const names = computed(() => stream().channels.map(({ name }) => name));
  const entries = computed(() => {
    if (!hasInput.value) return [];
    return arrange(names.value, layout.value).map((entry) => {
      if (entry.kind === 'heading') return entry;
      const { index, name } = entry;
      const scored = hasScores.value ? (stream().model?.channels.indexOf(name) ?? -1) : -1;
      const locked = layout.value.scales[name] ?? null;
      const draw = (): ChartOption => channelLane(input.value!, index, scored, locked);
      return { ...entry, scored, isLocked: locked !== null, draw } satisfies ChannelLane;
    });
  });
  return {
    entries,
    lanes: computed<ChannelLane[]>(() => entries.value.filter((one) => one.kind === 'lane')),
    /** Locks a scale as it is, or lets it go. */
    lock: (name: string, index: number): void => {
      const { [name]: locked, ...scales } = layout.value.scales;
      const own = input.value && !locked ? { [name]: scaleOf(input.value, index) } : {};
      kept.change({ scales: { ...scales, ...own } });
    },
    fold: (name: string): void => kept.change({ folded: toggled(layout.value.folded, name) }),
    hide: (name: string): void => kept.change({ hidden: toggled(layout.value.hidden, name) }),
  };
}

/** The lanes below: what one channel was off by, and the score. */
export function useScoreLanes(
  stream: () => KnownStream,
  input: Input,
  moment: ComputedRef<number>,
  wanted: () => string | undefined,
) {
  const { t } = useI18n();
  const scoredIndex = (name: string): number => stream().model?.channels.indexOf(name) ?? -1;
  const focused = computed(() => {
    const names = stream().model?.channels ?? [];
    const name = wanted();
    return name && names.includes(name) ? name : (names[0] ?? null);
  });
  return {
    focused,
    residual: computed(() => {
      const [all, name] = [input.value, focused.value];
      if (!all?.scores || name === null) return null;
      const index = stream().channels.findIndex((channel) => channel.name === name);
      const values = momentOf(all.series, all.scores, index, scoredIndex(name), moment.value);
      return { name, value: formatNumber(values.residual), unit: stream().channels[index]?.unit };
    }),
    /** Apart from the values, so that a moving cursor draws no chart anew. */
    drawResidual: computed(() => {
      const scored = scoredIndex(focused.value ?? '');
      return (): ChartOption => residualLane(input.value!, scored);
    }),
    score: computed(() => {
      const all = input.value;
      if (!all?.scores) return null;
      const at = scoreAt(all.scores, moment.value);
      const threshold = formatNumber(at.threshold);
      const note = t('stream.thresholdIs', { value: threshold });
      return { value: formatNumber(at.score), threshold, note, off: at.score > at.threshold };
    }),
    drawScore: (): ChartOption => scoreLane(input.value!),
  };
}
