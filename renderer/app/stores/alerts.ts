/** Rules, ways to tell, alerts and their messages, kept true by the engine's events. */
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type {
  Alert,
  Delivery,
  KeptRule,
  KeptSchedule,
  KeptSink,
} from '../../../shared/domain/alert.ts';
import { engine } from '../engine.ts';
import { messageOf } from '../notify.ts';

const ALERTS_MAX = 200;
const MESSAGES_MAX = 200;

export const useAlerts = defineStore('alerts', () => {
  const rules = shallowRef<readonly KeptRule[]>([]);
  const sinks = shallowRef<readonly KeptSink[]>([]);
  const alerts = shallowRef<readonly Alert[]>([]);
  const messages = shallowRef<readonly Delivery[]>([]);
  const schedules = shallowRef<readonly KeptSchedule[]>([]);
  const loaded = ref(false);
  /** Why the last try to load failed; empty: it did not. */
  const failure = ref('');
  let newest = 0;
  /** Nobody looks before a view asked for it once. */
  let isWanted = false;

  async function load(): Promise<void> {
    isWanted = true;
    const request = ++newest;
    const asked = Promise.all([
      engine.call('rule.list'),
      engine.call('sink.list'),
      engine.call('alert.list', ALERTS_MAX),
      engine.call('delivery.list', null, MESSAGES_MAX),
      engine.call('schedule.list'),
    ]);
    const answers = await asked.catch((error: unknown) => {
      failure.value = messageOf(error);
      throw error;
    });
    if (request !== newest) return;
    [rules.value, sinks.value, alerts.value, messages.value, schedules.value] = answers;
    loaded.value = true;
    failure.value = '';
  }
  engine.on('alert.changed', () => {
    if (isWanted) void load().catch(() => undefined);
  });

  return {
    ...{ rules, sinks, alerts, messages, schedules, loaded, failure, load },
    sinkById: computed(() => new Map(sinks.value.map((sink) => [sink.id, sink]))),
    ruleById: computed(() => new Map(rules.value.map((rule) => [rule.id, rule]))),
  };
});
