/** All settings, read once from the environment and validated. No other module reads the environment. */
import type { z } from 'zod';
import { isLoopback } from './http/loopback.ts';
import { settings } from './settings.ts';

/** Settings of planned features. They are rejected, so that nobody relies on protection that does not exist yet. */
const NOT_YET = ['REDIS_URL'];

/** What is for people on this machine, or helps strangers too: off with another AUTH than none, unless it is set. */
const OFF_WITH_AUTH = new Set(['CHAT', 'GRAPHIQL', 'INTROSPECTION', 'SHOW_UPSTREAM_CALLS']);
/** What sends documents of its own: off with TRUSTED_DOCUMENTS, unless it is set. */
const OFF_WITH_TRUST = new Set(['CHAT', 'GRAPHIQL', 'INTROSPECTION']);

type Settings = typeof settings;
type Environment = Readonly<Record<string, string | undefined>>;

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
export function readConfig(env: Environment = process.env): Config {
  const problems = NOT_YET.filter((name) => env[name]).map((name) => `${name} is not supported yet`);
  const values = Object.entries(settings).map(([name, { schema, default: byDefault }]) => {
    const isOff =
      (OFF_WITH_AUTH.has(name) && (env.AUTH || 'none') !== 'none') ||
      (OFF_WITH_TRUST.has(name) && Boolean(env.TRUSTED_DOCUMENTS));
    const text = env[name] || (isOff ? 'off' : byDefault);
    if (text === '') return [name, undefined];
    const value = schema.safeParse(text);
    if (!value.success) problems.push(`${name} ${value.error.issues[0]?.message}`);
    return [name, value.data];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  // Each value was parsed by the schema that its type is derived from.
  const config = Object.fromEntries(values) as Config;
  const contradictions = [...findContradictions(config, env), ...findAuthContradictions(config, env)];
  if (contradictions.length > 0) throw new ConfigError(contradictions);
  return config;
}

function findContradictions(config: Config, env: Environment): string[] {
  const problems = [];
  if (config.MODEL_URL === undefined && (env.MODEL_API_KEY || env.MODEL_NAME || env.EMBEDDING_MODEL)) {
    problems.push('MODEL_URL is required with MODEL_API_KEY, MODEL_NAME and EMBEDDING_MODEL');
  }
  if (!isLoopback(config.LOCAL_API_HOST) && config.LOCAL_API_KEYS === undefined) {
    problems.push(
      'LOCAL_API_HOST must be a loopback address such as 127.0.0.1, because without LOCAL_API_KEYS any key is accepted',
    );
  }
  if (config.UPSTREAM_URL === undefined && config.PORT === config.LOCAL_API_PORT && config.PORT !== 0) {
    problems.push('LOCAL_API_PORT must not be the same as PORT');
  }
  if (config.TRUSTED_DOCUMENTS !== undefined && (config.GRAPHIQL || config.INTROSPECTION)) {
    problems.push(
      'GRAPHIQL and INTROSPECTION must be off with TRUSTED_DOCUMENTS, which refuses what they send',
    );
  }
  if (config.TRUSTED_DOCUMENTS !== undefined && (env.MAX_PERSISTED_QUERIES || env.MAX_PERSISTED_BYTES)) {
    problems.push(
      'MAX_PERSISTED_QUERIES and MAX_PERSISTED_BYTES are not used with TRUSTED_DOCUMENTS: remove them',
    );
  }
  if (config.SHUTDOWN_DELAY_MS >= config.SHUTDOWN_MS) {
    problems.push('SHUTDOWN_DELAY_MS must be less than SHUTDOWN_MS');
  }
  if (config.MAX_BUFFERED_REQUESTS < config.MAX_BODY) {
    problems.push('MAX_BUFFERED_REQUESTS must be at least MAX_BODY');
  }
  if (config.MAX_BUFFERED_RESPONSES < config.MAX_ANSWER) {
    problems.push('MAX_BUFFERED_RESPONSES must be at least MAX_ANSWER');
  }
  return problems;
}

/** Settings of one AUTH, and those that it cannot do without. One that is set for another would protect nothing. */
const AUTH_SETTINGS: readonly {
  readonly auth: Config['AUTH'];
  readonly name: keyof Config;
  readonly isRequired?: true;
}[] = [
  { auth: 'key', name: 'AUTH_KEYS', isRequired: true },
  { auth: 'jwt', name: 'JWT_ISSUER', isRequired: true },
  { auth: 'jwt', name: 'JWT_AUDIENCE', isRequired: true },
  { auth: 'jwt', name: 'JWKS_URL', isRequired: true },
  { auth: 'jwt', name: 'JWKS_COOLDOWN_MS' },
  { auth: 'jwt', name: 'JWT_ALGORITHMS' },
  { auth: 'jwt', name: 'JWT_CLOCK_TOLERANCE_MS' },
  { auth: 'jwt', name: 'JWT_PRINCIPAL_CLAIM' },
  { auth: 'jwt', name: 'JWT_DEFAULT_SCOPES' },
  { auth: 'jwt', name: 'JWT_UPSTREAM_KEY_CLAIM' },
  { auth: 'jwt', name: 'UPSTREAM_KEYS' },
];

function findAuthContradictions({ AUTH, HOST, OWNERS, UPSTREAM_URL }: Config, env: Environment): string[] {
  const problems = AUTH_SETTINGS.flatMap(({ auth, name, isRequired }) => {
    if (auth === AUTH) return isRequired && !env[name] ? `${name} is required with AUTH=${auth}` : [];
    return env[name] ? `${name} requires AUTH=${auth}` : [];
  });
  if (AUTH === 'none' && !isLoopback(HOST)) {
    problems.push(
      'HOST must be a loopback address such as 127.0.0.1, because AUTH=none accepts every client: to listen on others, set AUTH to key, jwt or passthrough',
    );
  }
  if (Boolean(env.JWT_UPSTREAM_KEY_CLAIM) !== Boolean(env.UPSTREAM_KEYS)) {
    problems.push('JWT_UPSTREAM_KEY_CLAIM and UPSTREAM_KEYS require each other');
  }
  if (OWNERS === 'metadata' && AUTH === 'none') {
    problems.push('OWNERS=metadata requires AUTH=key, jwt or passthrough: with none, all clients are one');
  }
  if ((OWNERS === 'metadata') !== Boolean(env.OWNERS_SECRET)) {
    problems.push('OWNERS=metadata and OWNERS_SECRET require each other');
  }
  const other = AUTH === 'passthrough' ? 'AUTH=passthrough' : env.UPSTREAM_KEYS && 'UPSTREAM_KEYS';
  if (other && env.UPSTREAM_API_KEY) {
    problems.push(`UPSTREAM_API_KEY is not used with ${other}: remove it`);
  }
  if (!other && UPSTREAM_URL !== undefined && !env.UPSTREAM_API_KEY) {
    problems.push('UPSTREAM_API_KEY is required with UPSTREAM_URL');
  }
  return problems;
}
