/** The part of the contract about alerts, answered. */
import type { AlertApi } from '../../../shared/contract/alert-api.ts';
import type { Handlers } from '../../../shared/contract/server.ts';
import type { Store } from '../store/store-api.ts';
import type { Alerts } from './alerts.ts';

export function alertHandlers(store: Store, alerts: Alerts): Handlers<AlertApi> {
  return {
    'sink.list': () => store.read['sink.list'](),
    'sink.save': (id, sink) => alerts.saveSink(id, sink),
    'sink.remove': (id) => alerts.removeSink(id),
    'sink.restore': (id) => alerts.restoreSink(id),
    'sink.test': (id, language) => alerts.testSink(id, language),
    'rule.list': () => store.read['rule.list'](),
    'rule.save': (id, rule) => alerts.saveRule(id, rule),
    'rule.remove': (id) => alerts.removeRule(id),
    'rule.restore': (id) => alerts.restoreRule(id),
    'alert.list': (limit) => store.read['alert.list'](limit),
    'alert.acknowledge': (id) => alerts.acknowledge(id),
    'delivery.list': (alertId, limit) => store.read['delivery.list'](alertId, limit),
    'delivery.retry': (key) => alerts.retry(key),
    'schedule.list': () => store.read['schedule.list'](),
    'schedule.save': (id, schedule) => alerts.schedules.save(id, schedule),
    'schedule.remove': (id) => alerts.schedules.remove(id),
    'schedule.file': (id) => alerts.schedules.file(id),
    'schedule.run': (id) => alerts.schedules.run(id),
  };
}
