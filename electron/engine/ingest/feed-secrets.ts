/** Passwords and tokens of sources live among the sealed secrets, never in the rows of feeds. */
import { SECRET_KEPT } from '../../../shared/domain/alert.ts';
import type { SourceConfig } from '../../../shared/domain/feed.ts';

/** A source has one at most. */
const SECRET_NAMES = new Set(['password', 'token']);

/** What is secret about a source, as it was given; empty where nothing is. */
export function secretOf(source: SourceConfig): string {
  const found = Object.entries(source).find(([name]) => SECRET_NAMES.has(name));
  return found && found[1] !== SECRET_KEPT ? String(found[1]) : '';
}

/** The source kept without its secret, and whether there is one elsewhere. */
export function withSecretKept(source: SourceConfig): SourceConfig {
  return withSecret(source, SECRET_KEPT);
}

export function hasSecretKept(source: SourceConfig): boolean {
  return Object.entries(source).some(
    ([name, value]) => SECRET_NAMES.has(name) && value === SECRET_KEPT,
  );
}

export function withSecret(source: SourceConfig, secret: string): SourceConfig {
  const parts = Object.entries(source).map(([name, value]) =>
    SECRET_NAMES.has(name) ? [name, secret] : [name, value],
  );
  return Object.fromEntries(parts) as SourceConfig;
}
