/** Every setting, read once from the environment and checked. No other module reads it. */
import { z } from 'zod';
import { isLoopback } from './http/loopback.ts';

/** A whole number. @param least @param most the bounds, which are allowed themselves */
function whole(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d+$/, message)
    .transform(Number)
    .refine((value) => value >= least && value <= most, message);
}

const flag = z.enum(['on', 'off'], 'must be on or off').transform((value) => value === 'on');
const text = z.string().min(1, 'must not be empty');
/** What a header can carry, so that a key with a line break from its file is found now and not by the first call. */
const headerValue = z.string().regex(/^[\x21-\x7e]+$/, 'must be visible ASCII without spaces or line breaks');
const milliseconds = whole(1, 86_400_000);

const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL, such as https://host/v1', abort: true })
  .refine((value) => {
    const { search, hash, username, password } = new URL(value);
    return !search && !hash && !username && !password;
  }, 'must have no query, no fragment and no credentials');

const origins = text.transform((list, context) =>
  list.split(',').map((item) => {
    const origin = item.trim();
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      context.addIssue(`must be a list of origins such as https://app.example.com; '${origin}' is none`);
    }
    return origin;
  }),
);

/** Each setting with its default, its form and what it does; the README's table is checked against this. */
export const settings = {
  PORT: {
    schema: whole(0, 65_535),
    default: '4000',
    about: 'Port of the GraphQL server; 0 takes a free one',
  },
  HOST: { schema: text, default: '127.0.0.1', about: 'Address to listen on; with AUTH=none a loopback one' },
  AUTH: {
    schema: z.literal('none', 'must be none: key, jwt and passthrough are not supported yet'),
    default: 'none',
    about: 'Who may call: none asks nobody',
  },
  UPSTREAM_URL: {
    schema: httpUrl,
    default: '',
    about: 'Base URL of the REST API; without it the local API is started',
  },
  UPSTREAM_API_KEY: {
    schema: headerValue,
    default: 'local',
    about: 'Key for the REST API; required with UPSTREAM_URL',
  },
  UPSTREAM_ORGANIZATION: { schema: headerValue, default: '', about: 'Organisation to send along' },
  UPSTREAM_BETA: { schema: headerValue, default: 'assistants=v1', about: 'Value of the OpenAI-Beta header' },
  UPSTREAM_TIMEOUT_MS: { schema: milliseconds, default: '30000', about: 'Deadline of one GraphQL operation' },
  UPSTREAM_CONNECTIONS: {
    schema: whole(1, 10_000),
    default: '64',
    about: 'Connections to the REST API at a time',
  },
  UPSTREAM_STREAMING: {
    schema: flag,
    default: 'on',
    about: 'Whether runs are read from streams of the REST API; off polls them',
  },
  UPSTREAM_STREAMS: {
    schema: whole(1, 10_000),
    default: '64',
    about: 'Most streams from the REST API at a time; past them runs are polled',
  },
  RUN_EVENTS_TTL: {
    schema: milliseconds,
    default: '600000',
    about: 'Milliseconds for which the events of a run are kept after its end',
  },
  LOCAL_API_PORT: {
    schema: whole(0, 65_535),
    default: '4001',
    about: 'Port of the local API; 0 takes a free one',
  },
  DATA_DIR: { schema: text, default: './data', about: 'Where the local API keeps its data' },
  OFFLINE_TOKEN_MS: {
    schema: whole(0, 60_000),
    default: '20',
    about: 'Pause of the offline model between two words',
  },
  CORS_ORIGINS: {
    schema: origins,
    default: '',
    about: 'Origins of other web pages that may call, joined by commas',
  },
  GRAPHIQL: { schema: flag, default: 'on', about: 'Whether /graphql shows GraphiQL to a browser' },
  INTROSPECTION: { schema: flag, default: 'on', about: 'Whether the schema may be queried' },
  MAX_BODY: { schema: whole(1, 1_073_741_824), default: '4194304', about: 'Longest request body, in bytes' },
  MAX_DEPTH: { schema: whole(1, 1000), default: '12', about: 'Deepest nesting of a query' },
  MAX_ALIASES: { schema: whole(0, 100_000), default: '500', about: 'Most aliases in a query' },
  MAX_TOKENS: { schema: whole(1, 1_000_000), default: '5000', about: 'Most tokens in a query' },
  MAX_CALLS: {
    schema: whole(1, 1_000_000),
    default: '500',
    about: 'Most REST calls that an operation may cost at worst',
  },
  MAX_NODES: {
    schema: whole(1, 100_000_000),
    default: '50000',
    about: 'Most objects that an answer may hold at worst',
  },
  MAX_ANSWER: {
    schema: whole(1, 268_435_456),
    default: '67108864',
    about: 'Longest answer, in characters',
  },
  MAX_SUBSCRIPTIONS: {
    schema: whole(1, 1_000_000),
    default: '20000',
    about: 'Most subscriptions of one client identity at a time; with AUTH=none of all clients',
  },
  MAX_SOCKET_OPERATIONS: {
    schema: whole(1, 10_000),
    default: '100',
    about: 'Most operations on one WebSocket at a time',
  },
  SHOW_UPSTREAM_CALLS: {
    schema: flag,
    default: 'on',
    about: 'Whether x-show-upstream-calls: 1 shows what an operation cost',
  },
  SHUTDOWN_MS: {
    schema: milliseconds,
    default: '10000',
    about: 'Milliseconds that a stop may take; operations under way are cut off after four fifths of them',
  },
  LOG_LEVEL: {
    schema: z.enum(
      ['silent', 'error', 'warn', 'info', 'debug'],
      'must be silent, error, warn, info or debug',
    ),
    default: 'info',
    about: 'What is logged, as JSON on standard error',
  },
} as const;

/** Settings of features that are not built yet: refused, so that nobody believes in a protection that is not there. */
const NOT_YET = [
  'MODEL_URL',
  'MODEL_API_KEY',
  'AUTH_KEYS',
  'JWT_ISSUER',
  'JWT_AUDIENCE',
  'JWKS_URL',
  'REDIS_URL',
  'TRUSTED_DOCUMENTS',
];

type Settings = typeof settings;

/** The settings as the program uses them. One that has neither a value nor a default is undefined. */
export type Config = {
  readonly [Name in keyof Settings]:
    | z.output<Settings[Name]['schema']>
    | (Settings[Name]['default'] extends '' ? undefined : never);
};

/** What is wrong with the environment: a line for each mistake. */
export class ConfigError extends Error {
  override name = 'ConfigError';

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
  }
}

/** @param env such as `process.env`; an empty value counts as none. @throws ConfigError naming every mistake */
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
  // Each value has just been read by the schema that gives it its type.
  const config = Object.fromEntries(values) as Config;
  const contradictions = findContradictions(config, env);
  if (contradictions.length > 0) throw new ConfigError(contradictions);
  return config;
}

function findContradictions(config: Config, env: Readonly<Record<string, string | undefined>>): string[] {
  const problems = [];
  if (!isLoopback(config.HOST)) {
    problems.push(`HOST must be a loopback address such as 127.0.0.1, because AUTH=none lets everybody in`);
  }
  if (config.UPSTREAM_URL !== undefined && !env.UPSTREAM_API_KEY) {
    problems.push('UPSTREAM_API_KEY must be set along with UPSTREAM_URL');
  }
  if (config.UPSTREAM_URL === undefined && config.PORT === config.LOCAL_API_PORT && config.PORT !== 0) {
    problems.push('LOCAL_API_PORT must be another port than PORT');
  }
  return problems;
}
