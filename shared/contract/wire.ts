/** What travels over a Transport: calls with their answers, and events. */
import type { FailureCode } from './failure.ts';

export interface CallMessage {
  readonly kind: 'call';
  readonly id: number;
  readonly method: string;
  readonly args: readonly unknown[];
}
export type AnswerMessage =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | {
      readonly kind: 'failure';
      readonly id: number;
      readonly code: FailureCode;
      readonly message: string;
    };
export interface EventMessage {
  readonly kind: 'event';
  readonly event: string;
  readonly payload: unknown;
}

/** Any interface of plain functions can be a contract. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Methods<A> = { [K in keyof A]: (...args: any[]) => unknown };

export type Handlers<A extends Methods<A>> = {
  [K in keyof A]: (...args: Parameters<A[K]>) => ReturnType<A[K]> | Promise<ReturnType<A[K]>>;
};
