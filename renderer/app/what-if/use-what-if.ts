/** A threshold that is tried over all stored scores while it is moved. */
import { computed, ref, shallowRef, watch } from 'vue';
import type {
  ThresholdCurve,
  ThresholdMethod,
  ThresholdSpec,
  ThresholdTrial,
} from '../../../shared/domain/threshold.ts';
import { engine } from '../engine.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import type { KnownStream } from '../stores/streams.ts';
import { tryable } from '../tryable.ts';
import { parameterFor } from './parameter-for.ts';

/** Methods whose parameter is itself the score from which on it alarms. */
const BY_SCORE: ReadonlySet<ThresholdMethod> = new Set(['record-hold', 'fixed']);

export function useWhatIf(stream: () => KnownStream) {
  /** What is in force; a method that cannot be replayed is stood in for by its number. */
  const inForce = computed<ThresholdSpec>(() => {
    const { model } = stream();
    const method = model?.mode === 'stream' ? 'record-hold' : 'fixed';
    return { method, parameter: Number(Math.max(model?.threshold ?? 1, 1e-3).toPrecision(3)) };
  });
  const method = ref<ThresholdMethod>(inForce.value.method);
  const parameter = ref(inForce.value.parameter);
  const trial = shallowRef<ThresholdTrial | null>(null);
  const curve = shallowRef<ThresholdCurve | null>(null);

  const { failure, run } = tryable(async () => {
    const spec = { method: method.value, parameter: parameter.value };
    trial.value = await engine.call('threshold.try', stream().id, spec);
  });
  const ask = oneAtATime(run);
  const askCurve = oneAtATime(async () => {
    curve.value = await engine.call('threshold.curve', stream().id, method.value);
  });
  watch([method, parameter, () => stream().model?.id], ask, { immediate: true });
  watch([method, () => stream().model?.id], askCurve, { immediate: true });
  watch(
    () => stream().model?.id,
    () => reset(),
  );

  function reset(): void {
    method.value = inForce.value.method;
    parameter.value = inForce.value.parameter;
  }
  const bounds = computed<readonly [number, number]>(() => {
    const all = curve.value?.parameters ?? [parameter.value];
    return [Math.min(...all), Math.max(...all)];
  });
  return {
    inForce,
    method,
    parameter,
    trial,
    failure,
    retry: ask,
    curve,
    bounds,
    reset,
    isByScore: computed(() => BY_SCORE.has(method.value)),
    isMoved: computed(
      () => method.value !== inForce.value.method || parameter.value !== inForce.value.parameter,
    ),
    choose: (next: ThresholdMethod): void => {
      method.value = next;
      if (curve.value?.method !== next && !BY_SCORE.has(next)) parameter.value = MIDDLE[next] ?? 1;
    },
    /** Within what the method allows, to three digits. */
    move: (value: number): void => {
      parameter.value = Number(Math.max(1e-6, value).toPrecision(3));
    },
    /** The parameter that the verdicts of people speak for. */
    propose: async (): Promise<void> => {
      const spec = await engine.call('threshold.byVerdicts', stream().id, method.value);
      if (spec.method === method.value) parameter.value = spec.parameter;
    },
    /** The parameter with which so many alarms came a day. */
    budget: (perDay: number): void => {
      if (curve.value) parameter.value = Number(parameterFor(curve.value, perDay).toPrecision(3));
    },
  };
}

/** Where a method usually stands. */
const MIDDLE: Readonly<Partial<Record<ThresholdMethod, number>>> = {
  ...{ spot: 1e-4, dspot: 1e-4, adaptive: 1e-3, telemanom: 0.13, likelihood: 1e-5 },
};
