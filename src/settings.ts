import { z } from 'zod';
import { authSettings } from './auth-settings.ts';
import { localApiSettings } from './local-api-settings.ts';
import { productionSettings } from './production-settings.ts';
import { flag, headerValue, httpUrl, milliseconds, networks, origins, text, whole } from './setting-types.ts';

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
  CORS_ORIGINS: {
    schema: origins,
    default: '',
    about:
      'Origins of web pages that may call the server, separated by commas. Its own origin is always allowed',
  },
  CHAT: {
    schema: flag,
    default: 'on',
    about: 'Whether browsers get a chat at /. Off by default with another AUTH than none',
  },
  GRAPHIQL: {
    schema: flag,
    default: 'on',
    about: 'Whether browsers get GraphiQL at /graphql. Off by default with another AUTH than none',
  },
  INTROSPECTION: {
    schema: flag,
    default: 'on',
    about: 'Whether clients can query the schema. Off by default with another AUTH than none',
  },
  SHOW_UPSTREAM_CALLS: {
    schema: flag,
    default: 'on',
    about:
      'Whether the header x-show-upstream-calls: 1 adds the number of REST calls to the response. Off by default with another AUTH than none',
  },
  LOG_LEVEL: {
    schema: z.enum(
      ['silent', 'error', 'warn', 'info', 'debug'],
      'must be silent, error, warn, info or debug',
    ),
    default: 'info',
    about:
      'Minimum level of log entries: error for unexpected errors, warn for failures of the upstream, info for each request, debug for probes and sockets too; silent for none. The log is JSON on standard error',
  },
  ...productionSettings,
  ...authSettings,
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
  ...localApiSettings,
  MAX_CONNECTIONS: {
    schema: whole(1, 1_000_000),
    default: '5000',
    about: 'Maximum number of open connections, WebSockets included',
  },
  MAX_CONNECTIONS_PER_ADDRESS: {
    schema: whole(1, 1_000_000),
    default: '',
    about: 'Maximum number of open connections of one client address. No maximum by default',
  },
  TRUSTED_PROXIES: {
    schema: networks,
    default: '',
    about:
      'Addresses or networks of reverse proxies, separated by commas. Their X-Forwarded-For header names the client addresses',
  },
  MAX_BODY: {
    schema: whole(1, 1_073_741_824),
    default: '4194304',
    about: 'Maximum length of a request body, in bytes',
  },
  MAX_DOCUMENT: {
    schema: whole(1, 268_435_456),
    default: '100000',
    about: 'Maximum length of a document, in characters',
  },
  MAX_PERSISTED_QUERIES: {
    schema: whole(0, 1_000_000),
    default: '1000',
    about: 'Maximum number of automatic persisted queries that are kept. 0 turns them off',
  },
  MAX_PERSISTED_BYTES: {
    schema: whole(1, 1_099_511_627_776),
    default: '16777216',
    about: 'Maximum size of all automatic persisted queries that are kept, in bytes of memory',
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
  MAX_FIELDS: {
    schema: whole(1, 100_000_000),
    default: '250000',
    about: 'Maximum number of fields in a response',
  },
  MAX_ERRORS: {
    schema: whole(1, 1_000_000),
    default: '1000',
    about:
      'Maximum number of errors in a response. Beyond it, the response has no data and their number by code',
  },
  MAX_ANSWER: {
    schema: whole(1, 268_435_456),
    default: '33554432',
    about: 'Maximum length of a response or an event, in bytes',
  },
  MAX_BUFFERED_REQUESTS: {
    schema: whole(1, 1_099_511_627_776),
    default: '33554432',
    about:
      'Maximum size of all request bodies in memory, in bytes. Beyond it, clients that have stopped sending are disconnected',
  },
  MAX_BUFFERED_RESPONSES: {
    schema: whole(1, 1_099_511_627_776),
    default: '67108864',
    about:
      'Maximum size of all unread responses in memory, in bytes. Beyond it, clients that have stopped reading are disconnected',
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
