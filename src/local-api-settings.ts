import { flag, headerValue, httpUrl, keys, milliseconds, modelNames, text, whole } from './setting-types.ts';

/** The settings of the local API and its models: see settings.ts. */
export const localApiSettings = {
  LOCAL_API_PORT: {
    schema: whole(0, 65_535),
    default: '4001',
    about: 'Port of the local API. 0 chooses a free port',
  },
  LOCAL_API_HOST: {
    schema: text,
    default: '127.0.0.1',
    about: 'Address that the local API listens on. Without LOCAL_API_KEYS it must be a loopback address',
  },
  LOCAL_API_KEYS: {
    schema: keys,
    default: '',
    about:
      'Keys that the local API accepts, separated by commas. Each has its own data. By default, it accepts any key',
  },
  LOCAL_API_REQUESTS_PER_MINUTE: {
    schema: whole(1, 1_000_000),
    default: '',
    about: 'How many requests each key may send to the local API in a minute. No limit by default',
  },
  LOCAL_API_LOG: {
    schema: flag,
    default: 'off',
    about: 'Whether the local API logs each request: method, path, status and duration',
  },
  DATA_DIR: { schema: text, default: './data', about: 'Directory in which the local API stores its data' },
  MODEL_URL: {
    schema: httpUrl,
    default: '',
    about:
      'Base URL of an OpenAI-compatible server whose models the local API uses. If it is not set, it uses its offline model',
  },
  MODEL_API_KEY: { schema: headerValue, default: '', about: 'API key for MODEL_URL' },
  MODEL_NAME: {
    schema: modelNames,
    default: '',
    about:
      'Model for all runs, or pairs separated by commas, such as gpt-4=llama3.1. By default, a run uses the model that its assistant names',
  },
  EMBEDDING_MODEL: {
    schema: text,
    default: '',
    about:
      'Model of the /embeddings of MODEL_URL with which retrieval finds passages. By default, it finds them by their words alone',
  },
  MODEL_CONTEXT_TOKENS: {
    schema: whole(512, 10_000_000),
    default: '8192',
    about: 'Size of the context of the models, in tokens. Long threads are truncated to fit into it',
  },
  MODEL_TIMEOUT_MS: {
    schema: milliseconds,
    default: '120000',
    about: 'A run fails if the model server sends nothing for this many milliseconds',
  },
  OFFLINE_TOKEN_MS: {
    schema: whole(0, 60_000),
    default: '20',
    about: 'Delay between two words of the offline model, in milliseconds',
  },
} as const;
