/** Rows of the alert tables as the domain's nouns. */
import type {
  Alert,
  AlertMessage,
  AlertRule,
  Delivery,
  KeptRule,
  KeptSchedule,
  KeptSink,
  ReportSchedule,
  Sink,
} from '../../../shared/domain/alert.ts';

export interface BodyRow {
  readonly id: number;
  readonly body: string;
}
export interface RuleRow extends BodyRow {
  readonly since_ms: number;
}
export interface ScheduleRow extends BodyRow {
  readonly next_ms: number | null;
  readonly last_ms: number | null;
  readonly last_file: string;
  readonly error: string;
}
export interface DeliveryRow {
  readonly key: string;
  readonly sink_id: number | null;
  readonly sink_name: string;
  readonly alert_id: number | null;
  readonly kind: Delivery['kind'];
  readonly status: Delivery['status'];
  readonly attempts: number;
  readonly created_ms: number;
  readonly due_ms: number | null;
  readonly done_ms: number | null;
  readonly error: string;
  readonly message: string;
}

/** Of a sink or a rule: hidden, to be purged or to come back. */
export const IS_REMOVED = "json_extract(body, '$.isRemoved') IS NOT NULL";

export const sinkOf = ({ id, body }: BodyRow): KeptSink => ({ ...(JSON.parse(body) as Sink), id });

export function ruleOf({ id, since_ms: since, body }: RuleRow): KeptRule {
  return { ...(JSON.parse(body) as AlertRule), id, since };
}

export function scheduleOf(row: ScheduleRow): KeptSchedule {
  const { id, body, next_ms: nextAt, last_ms: lastAt, last_file: lastFile, error } = row;
  return { ...(JSON.parse(body) as ReportSchedule), id, nextAt, lastAt, lastFile, error };
}

export const alertOf = ({ body }: BodyRow): Alert => JSON.parse(body) as Alert;

export function deliveryOf(row: DeliveryRow): Delivery {
  return {
    key: row.key,
    sinkId: row.sink_id,
    sinkName: row.sink_name,
    alertId: row.alert_id,
    kind: row.kind,
    title: messageOf(row).title,
    status: row.status,
    attempts: row.attempts,
    createdAt: row.created_ms,
    dueAt: row.due_ms,
    doneAt: row.done_ms,
    error: row.error,
  };
}

export const messageOf = ({ message }: Pick<DeliveryRow, 'message'>): AlertMessage =>
  JSON.parse(message) as AlertMessage;
