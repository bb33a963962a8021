/** The settings of a deployment, in the form of settings.ts. */
import { flag, milliseconds, text, whole } from './setting-types.ts';

export const productionSettings = {
  TRUSTED_DOCUMENTS: {
    schema: text,
    default: '',
    about:
      'Path of a manifest, made with npm run trust. Only the documents in it are accepted. CHAT, GRAPHIQL, INTROSPECTION and automatic persisted queries are off then',
  },
  SHUTDOWN_MS: {
    schema: milliseconds,
    default: '10000',
    about:
      'Maximum duration of a stop, in milliseconds. Operations that are still running after 80 % of it are aborted',
  },
  SHUTDOWN_DELAY_MS: {
    schema: whole(0, 86_400_000),
    default: '0',
    about:
      'How long a server that stops still accepts connections while /ready says 503, in milliseconds. A part of SHUTDOWN_MS',
  },
  MAX_REQUESTS_PER_MINUTE: {
    schema: whole(1, 100_000_000),
    default: '',
    about:
      'How many operations and files each client may begin in a minute. No limit by default. With AUTH=none, all clients count as one',
  },
  MAX_CALLS_PER_MINUTE: {
    schema: whole(1, 100_000_000),
    default: '',
    about:
      'How many REST calls the operations of each client may make in a minute, before it must wait to begin another. No limit by default',
  },
  MAX_EVENT_LOOP_LAG_MS: {
    schema: whole(1, 86_400_000),
    default: '1000',
    about:
      'Operations are refused with 503 while the event loop is later than this on average, in milliseconds, until it is half as late',
  },
  FILES: {
    schema: flag,
    default: 'on',
    about:
      'Whether clients with the scopes files:write and files:read can upload and download files at /files',
  },
  MAX_FILE: {
    schema: whole(1, 1_099_511_627_776),
    default: '536870912',
    about: 'Maximum length of a file, in bytes. By default 512 MiB, the limit of OpenAI',
  },
  MAX_FILE_TRANSFERS: {
    schema: whole(1, 10_000),
    default: '16',
    about: 'Maximum number of files that are uploaded or downloaded at a time',
  },
  FILE_TIMEOUT_MS: {
    schema: milliseconds,
    default: '600000',
    about: 'How long the upload or download of a file may take, in milliseconds',
  },
  METRICS_PORT: {
    schema: whole(0, 65_535),
    default: '',
    about: 'Port of /metrics for Prometheus, with /health and /ready. Off by default. 0 chooses a free port',
  },
  METRICS_HOST: {
    schema: text,
    default: '127.0.0.1',
    about: 'Address that METRICS_PORT is on. Clients are not authenticated there',
  },
} as const;
