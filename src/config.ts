/** All settings, read once from the environment and validated. No other module reads the environment. */
import { z } from 'zod';
import { isLoopback } from './http/loopback.ts';
import { flag, headerValue, httpUrl, milliseconds, origins, text, whole } from './setting-types.ts';

/** Each setting with its type, its default and its description. A test compares docs/settings.md with this. */
export const settings = {
  PORT: {
    schema: whole(0, 65_535),
    default: '4000',
    about: 'Port of the GraphQL server. 0 chooses a free port',
  },
  HOST: {
    schema: text,
    default: '127.0.0.1',
    about: 'Address to listen on. With AUTH=none it must be a loopback address',
  },
  AUTH: {
    schema: z.literal('none', 'must be none: key, jwt and passthrough are not supported yet'),
    default: 'none',
    about: 'How clients are authenticated. none, the only mode so far, accepts every client',
  },
  CORS_ORIGINS: {
    schema: origins,
    default: '',
    about:
      'Origins of web pages that may call the server, separated by commas. Its own origin is always allowed',
  },
  GRAPHIQL: { schema: flag, default: 'on', about: 'Whether browsers get GraphiQL at /graphql' },
  INTROSPECTION: { schema: flag, default: 'on', about: 'Whether clients can query the schema' },
  SHOW_UPSTREAM_CALLS: {
    schema: flag,
    default: 'on',
    about: 'Whether the header x-show-upstream-calls: 1 adds the number of REST calls to the response',
  },
  SHUTDOWN_MS: {
    schema: milliseconds,
    default: '10000',
    about:
      'Maximum duration of a stop, in milliseconds. Operations that are still running after 80 % of it are aborted',
  },
  LOG_LEVEL: {
    schema: z.enum(
      ['silent', 'error', 'warn', 'info', 'debug'],
      'must be silent, error, warn, info or debug',
    ),
    default: 'info',
    about:
      'Minimum level of log entries: silent, error, warn, info or debug. The log is JSON on standard error',
  },
  UPSTREAM_URL: {
    schema: httpUrl,
    default: '',
    about: 'Base URL of the REST API. If it is not set, the server starts the local API',
  },
  UPSTREAM_API_KEY: {
    schema: headerValue,
    default: 'local',
    about: 'API key for the REST API. Required with UPSTREAM_URL',
  },
  UPSTREAM_ORGANIZATION: {
    schema: headerValue,
    default: '',
    about: 'Value of the OpenAI-Organization header',
  },
  UPSTREAM_BETA: { schema: headerValue, default: 'assistants=v1', about: 'Value of the OpenAI-Beta header' },
  UPSTREAM_TIMEOUT_MS: {
    schema: milliseconds,
    default: '30000',
    about: 'Deadline of a GraphQL operation, in milliseconds',
  },
  UPSTREAM_CONNECTIONS: {
    schema: whole(1, 10_000),
    default: '64',
    about: 'Maximum number of connections to the REST API. One operation uses at most half of them',
  },
  UPSTREAM_STREAMING: {
    schema: flag,
    default: 'on',
    about: 'Whether the server reads runs as event streams from the REST API. If off, it polls them',
  },
  UPSTREAM_STREAMS: {
    schema: whole(1, 10_000),
    default: '64',
    about: 'Maximum number of concurrent event streams from the REST API. Further runs are polled',
  },
  RUN_EVENTS_TTL: {
    schema: milliseconds,
    default: '600000',
    about: 'How long the events of a run are kept after its end, in milliseconds',
  },
  LOCAL_API_PORT: {
    schema: whole(0, 65_535),
    default: '4001',
    about: 'Port of the local API. 0 chooses a free port',
  },
  DATA_DIR: { schema: text, default: './data', about: 'Directory in which the local API stores its data' },
  OFFLINE_TOKEN_MS: {
    schema: whole(0, 60_000),
    default: '20',
    about: 'Delay between two words of the offline model, in milliseconds',
  },
  MAX_BODY: {
    schema: whole(1, 1_073_741_824),
    default: '4194304',
    about: 'Maximum length of a request body, in bytes',
  },
  MAX_DEPTH: { schema: whole(1, 1000), default: '12', about: 'Maximum nesting depth of an operation' },
  MAX_ALIASES: {
    schema: whole(0, 100_000),
    default: '500',
    about: 'Maximum number of aliases in a document',
  },
  MAX_TOKENS: {
    schema: whole(1, 1_000_000),
    default: '5000',
    about: 'Maximum number of tokens in a document',
  },
  MAX_CALLS: {
    schema: whole(1, 1_000_000),
    default: '500',
    about: 'Maximum number of REST calls of an operation, calculated for the worst case before it runs',
  },
  MAX_NODES: {
    schema: whole(1, 100_000_000),
    default: '50000',
    about: 'Maximum number of objects in a response, calculated for the worst case before the operation runs',
  },
  MAX_ANSWER: {
    schema: whole(1, 268_435_456),
    default: '67108864',
    about: 'Maximum length of a response, in characters',
  },
  MAX_UPSTREAM_BYTES: {
    schema: whole(1, 1_099_511_627_776),
    default: '67108864',
    about: 'Maximum number of bytes of REST responses that all running operations hold. Further reads wait',
  },
  MAX_OPERATION_BYTES: {
    schema: whole(1, 1_099_511_627_776),
    default: '33554432',
    about: 'Maximum number of bytes of REST responses that one operation holds',
  },
  MAX_SUBSCRIPTIONS: {
    schema: whole(1, 1_000_000),
    default: '20000',
    about: 'Maximum number of open subscriptions of a client. With AUTH=none, all clients count as one',
  },
  MAX_SOCKET_OPERATIONS: {
    schema: whole(1, 10_000),
    default: '100',
    about: 'Maximum number of open operations on a WebSocket',
  },
} as const;

/** Settings of planned features. They are rejected, so that nobody relies on protection that does not exist yet. */
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
  if (config.UPSTREAM_URL === undefined && config.PORT === config.LOCAL_API_PORT && config.PORT !== 0) {
    problems.push('LOCAL_API_PORT must not be the same as PORT');
  }
  return problems;
}
