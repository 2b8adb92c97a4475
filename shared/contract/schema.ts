/** From schemas to the checks of a contract. */
import * as v from 'valibot';
import { Failure } from './failure.ts';
import type { Check } from './server.ts';

export type Schema = v.GenericSchema<readonly unknown[], readonly unknown[]>;

export function checksOf<K extends string>(schemas: Readonly<Record<K, Schema>>): Record<K, Check> {
  const entries = Object.entries<Schema>(schemas);
  return Object.fromEntries(
    entries.map(([method, schema]) => [method, checkOf(method, schema)]),
  ) as Record<K, Check>;
}

function checkOf(method: string, schema: Schema): Check {
  return (args) => {
    const result = v.safeParse(schema, args);
    if (result.success) return result.output;
    const { message, path } = result.issues[0];
    const where = path?.map((item) => String(item.key)).join('.') ?? '';
    throw new Failure('bad-usage', `${method} was called wrongly: ${message} (at ${where}).`);
  };
}
