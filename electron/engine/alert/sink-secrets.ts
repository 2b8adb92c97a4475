/** Passwords, tokens and keys of sinks live among the sealed secrets, never in their rows. */
import { SECRET_KEPT, type SinkConfig } from '../../../shared/domain/alert.ts';

/** By name within a sink. */
export type SinkSecrets = Readonly<Record<string, string>>;

export const secretName = (sinkId: number): string => `sink.${sinkId}`;

/** The config as it may be shown, and what it hides. `before` fills in what was left as it is. */
export function hideSecrets(
  config: SinkConfig,
  before: SinkSecrets,
): { readonly shown: SinkConfig; readonly secrets: SinkSecrets } {
  const secrets: Record<string, string> = {};
  const shown = eachSecret(config, (name, value) => {
    const plain = value === SECRET_KEPT ? (before[name] ?? '') : value;
    if (plain === '') return '';
    secrets[name] = plain;
    return SECRET_KEPT;
  });
  return { shown, secrets };
}

export function fillSecrets(config: SinkConfig, secrets: SinkSecrets): SinkConfig {
  return eachSecret(config, (name, value) => {
    return value === SECRET_KEPT ? (secrets[name] ?? '') : value;
  });
}

function eachSecret(
  config: SinkConfig,
  change: (name: string, value: string) => string,
): SinkConfig {
  switch (config.kind) {
    case 'webhook':
      return {
        ...config,
        secret: change('secret', config.secret),
        headers: config.headers.map(({ name, value }) => {
          return { name, value: change(`header ${name.toLowerCase()}`, value) };
        }),
      };
    case 'mqtt':
    case 'email':
      return { ...config, password: change('password', config.password) };
    default:
      return config;
  }
}
