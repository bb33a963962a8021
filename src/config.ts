/** All settings, read once from the environment and validated. No other module reads the environment. */
import type { z } from 'zod';
import { isLoopback } from './http/loopback.ts';
import { settings } from './settings.ts';

/** Settings of planned features. They are rejected, so that nobody relies on protection that does not exist yet. */
const NOT_YET = ['AUTH_KEYS', 'JWT_ISSUER', 'JWT_AUDIENCE', 'JWKS_URL', 'REDIS_URL', 'TRUSTED_DOCUMENTS'];

type Settings = typeof settings;

/** The parsed settings. A setting without a value and a default is undefined. */
export type Config = {
  readonly [Name in keyof Settings]:
    | z.output<Settings[Name]['schema']>
    | (Settings[Name]['default'] extends '' ? undefined : never);
};

/** Settings are invalid. The message has one line for each mistake. */
export class ConfigError extends Error {
  override name = 'ConfigError';

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** @param env an empty value counts as not set. @throws ConfigError that lists all mistakes */
export function readConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const problems = NOT_YET.filter((name) => env[name]).map((name) => `${name} is not supported yet`);
  const values = Object.entries(settings).map(([name, { schema, default: byDefault }]) => {
    const text = env[name] || byDefault;
    if (text === '') return [name, undefined];
    const value = schema.safeParse(text);
    if (!value.success) problems.push(`${name} ${value.error.issues[0]?.message}`);
    return [name, value.data];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  // Each value was parsed by the schema that its type is derived from.
  const config = Object.fromEntries(values) as Config;
  const contradictions = findContradictions(config, env);
  if (contradictions.length > 0) throw new ConfigError(contradictions);
  return config;
}

function findContradictions(config: Config, env: Readonly<Record<string, string | undefined>>): string[] {
  const problems = [];
  if (!isLoopback(config.HOST)) {
    problems.push(
      `HOST must be a loopback address such as 127.0.0.1, because AUTH=none accepts every client`,
    );
  }
  if (config.UPSTREAM_URL !== undefined && !env.UPSTREAM_API_KEY) {
    problems.push('UPSTREAM_API_KEY is required with UPSTREAM_URL');
  }
  if (config.MODEL_URL === undefined && (env.MODEL_API_KEY || env.MODEL_NAME)) {
    problems.push('MODEL_URL is required with MODEL_API_KEY and MODEL_NAME');
  }
  if (!isLoopback(config.LOCAL_API_HOST) && config.LOCAL_API_KEYS === undefined) {
    problems.push(
      'LOCAL_API_HOST must be a loopback address such as 127.0.0.1, because without LOCAL_API_KEYS any key is accepted',
    );
  }
  if (config.UPSTREAM_URL === undefined && config.PORT === config.LOCAL_API_PORT && config.PORT !== 0) {
    problems.push('LOCAL_API_PORT must not be the same as PORT');
  }
  if (config.MAX_BUFFERED_REQUESTS < config.MAX_BODY) {
    problems.push('MAX_BUFFERED_REQUESTS must be at least MAX_BODY');
  }
  if (config.MAX_BUFFERED_RESPONSES < config.MAX_ANSWER) {
    problems.push('MAX_BUFFERED_RESPONSES must be at least MAX_ANSWER');
  }
  return problems;
}
