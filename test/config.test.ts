import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError, readConfig } from '../src/config.ts';
import { allScopes } from '../src/scopes.ts';
import { settings } from '../src/settings.ts';

type Environment = Record<string, string>;

function errorFor(env: Environment): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error(`readConfig accepted ${JSON.stringify(env)}`);
}

test('no setting is required', () => {
  expect(readConfig({})).toMatchObject({
    PORT: 4000,
    HOST: '127.0.0.1',
    UPSTREAM_URL: undefined,
    GRAPHIQL: true,
  });
});

test('an empty value counts as not set', () => {
  expect(readConfig({ PORT: '', UPSTREAM_URL: '', REDIS_URL: '' })).toEqual(readConfig({}));
});

const upstream = { UPSTREAM_URL: 'https://api.example.com/v1', UPSTREAM_API_KEY: 'key' };

test('MODEL_NAME names a model for all, or maps names to models', () => {
  const namesIn = (MODEL_NAME: string) =>
    readConfig({ MODEL_URL: 'http://127.0.0.1:11434/v1', MODEL_NAME }).MODEL_NAME;
  expect(namesIn('llama3.1:8b')).toEqual({ pairs: [], forOthers: 'llama3.1:8b' });
  expect(namesIn('gpt-4=qwen3:30b, gpt-3.5-turbo=org/small, llama3.1')).toEqual({
    pairs: [
      ['gpt-4', 'qwen3:30b'],
      ['gpt-3.5-turbo', 'org/small'],
    ],
    forOthers: 'llama3.1',
  });
});

test('values are parsed into the types of the program', () => {
  const config = readConfig({
    ...upstream,
    PORT: '0',
    HOST: '::1',
    GRAPHIQL: 'off',
    CORS_ORIGINS: 'https://app.example.com, http://localhost:3000',
  });
  expect(config).toMatchObject({
    ...upstream,
    PORT: 0,
    HOST: '::1',
    GRAPHIQL: false,
    CORS_ORIGINS: ['https://app.example.com', 'http://localhost:3000'],
  });
});

test('LOCAL_API_KEYS allows any address, and has a key between commas each', () => {
  expect(readConfig({ LOCAL_API_HOST: '0.0.0.0', LOCAL_API_KEYS: 'sk-a, sk-b' }).LOCAL_API_KEYS).toEqual([
    'sk-a',
    'sk-b',
  ]);
});

const KEY = 'a-key-of-24-characters..';
const SCOPES =
  'the scopes are assistants:read, assistants:write, threads:read, threads:write, files:read, files:write';
const jwt = {
  AUTH: 'jwt',
  JWT_ISSUER: 'https://id.example.com/',
  JWT_AUDIENCE: 'graph',
  JWKS_URL: 'https://id.example.com/keys',
};

test('with another AUTH than none, the server may listen on all addresses, and hides what is for developers', () => {
  const hidden = { CHAT: false, GRAPHIQL: false, INTROSPECTION: false, SHOW_UPSTREAM_CALLS: false };
  for (const env of [{ AUTH: 'key', AUTH_KEYS: `web=${KEY}` }, jwt, { AUTH: 'passthrough' }]) {
    expect(readConfig({ ...env, HOST: '0.0.0.0' })).toMatchObject(hidden);
    expect(readConfig({ ...env, INTROSPECTION: 'on' })).toMatchObject({ ...hidden, INTROSPECTION: true });
  }
});

test('keys of clients have names, and scopes if they have not all', () => {
  const { AUTH_KEYS } = readConfig({
    AUTH: 'key',
    AUTH_KEYS: `web=${KEY}==, bot=${KEY}1  threads:read files:read`,
  });
  expect(AUTH_KEYS).toEqual([
    { name: 'web', key: `${KEY}==`, scopes: allScopes },
    { name: 'bot', key: `${KEY}1`, scopes: new Set(['threads:read', 'files:read']) },
  ]);
});

test.each<[Environment, string]>([
  [{ PORT: 'http' }, 'PORT must be a whole number from 0 to 65535'],
  [{ PORT: '65536' }, 'PORT must be a whole number from 0 to 65535'],
  [{ PORT: '-1' }, 'PORT must be a whole number from 0 to 65535'],
  [{ PORT: '0x10' }, 'PORT must be a whole number from 0 to 65535'],
  [{ UPSTREAM_TIMEOUT_MS: '0' }, 'UPSTREAM_TIMEOUT_MS must be a whole number from 1 to 86400000'],
  [{ UPSTREAM_CONNECTIONS: '1.5' }, 'UPSTREAM_CONNECTIONS must be a whole number from 1 to 10000'],
  [
    { TRUSTED_DOCUMENTS: 'trusted.json', GRAPHIQL: 'on' },
    'GRAPHIQL and INTROSPECTION must be off with TRUSTED_DOCUMENTS, which refuses what they send',
  ],
  [
    { TRUSTED_DOCUMENTS: 'trusted.json', MAX_PERSISTED_QUERIES: '10' },
    'MAX_PERSISTED_QUERIES and MAX_PERSISTED_BYTES are not used with TRUSTED_DOCUMENTS: remove them',
  ],
  [{ SHUTDOWN_MS: '10', SHUTDOWN_DELAY_MS: '10' }, 'SHUTDOWN_DELAY_MS must be less than SHUTDOWN_MS'],
  [{ GRAPHIQL: 'true' }, 'GRAPHIQL must be on or off'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be silent, error, warn, info or debug'],
  [{ AUTH: 'basic' }, 'AUTH must be none, key, jwt or passthrough'],
  [{ AUTH: 'key' }, 'AUTH_KEYS is required with AUTH=key'],
  [
    { AUTH: 'jwt', JWT_ISSUER: 'https://id.example.com/' },
    'JWT_AUDIENCE is required with AUTH=jwt\nJWKS_URL is required with AUTH=jwt',
  ],
  [{ AUTH_KEYS: `web=${KEY}` }, 'AUTH_KEYS requires AUTH=key'],
  [{ AUTH: 'passthrough', JWT_ISSUER: 'x' }, 'JWT_ISSUER requires AUTH=jwt'],
  [{ ...jwt, JWT_UPSTREAM_KEY_CLAIM: 'org' }, 'JWT_UPSTREAM_KEY_CLAIM and UPSTREAM_KEYS require each other'],
  [
    { AUTH: 'passthrough', UPSTREAM_API_KEY: 'key' },
    'UPSTREAM_API_KEY is not used with AUTH=passthrough: remove it',
  ],
  [
    { ...jwt, JWKS_URL: 'http://id.example.com/keys' },
    'JWKS_URL must be an https URL: whoever can change the response can sign tokens',
  ],
  [
    { ...jwt, JWT_ALGORITHMS: 'RS256,HS256' },
    'JWT_ALGORITHMS must be a comma-separated list of RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA',
  ],
  [
    { ...jwt, JWT_DEFAULT_SCOPES: 'threads' },
    `JWT_DEFAULT_SCOPES must be a comma-separated list of scopes: ${SCOPES}`,
  ],
  [
    { ...jwt, JWT_UPSTREAM_KEY_CLAIM: 'org', UPSTREAM_KEYS: 'a=1, a=2' },
    'UPSTREAM_KEYS must name each value once',
  ],
  [
    { OWNERS: 'metadata', OWNERS_SECRET: KEY.repeat(2) },
    'OWNERS=metadata requires AUTH=key, jwt or passthrough: with none, all clients are one',
  ],
  [{ ...jwt, OWNERS: 'metadata' }, 'OWNERS=metadata and OWNERS_SECRET require each other'],
  [
    { ...jwt, OWNERS: 'metadata', OWNERS_SECRET: `${KEY.repeat(2)}, short` },
    'OWNERS_SECRET must have at least 32 characters, without commas',
  ],
  ...[
    [KEY, 'entry 1 must be a name, an equals sign and a key of visible ASCII characters'],
    [`web=${KEY}, =${KEY}x`, 'entry 2 must be a name, an equals sign and a key of visible ASCII characters'],
    ['web=short', 'entry 1 must have a key of at least 20 characters'],
    [`web=${KEY} threads`, `entry 1 has an unknown scope: ${SCOPES}`],
    [`web=${KEY}, bot=${KEY}`, 'entry 2 has the key of entry 1'],
  ].map(([AUTH_KEYS = '', problem]): [Environment, string] => [
    { AUTH: 'key', AUTH_KEYS },
    `AUTH_KEYS must be a list such as web=KEY, bot=KEY threads:read: ${problem}`,
  ]),
  [
    { HOST: '0.0.0.0' },
    'HOST must be a loopback address such as 127.0.0.1, because AUTH=none accepts every client: to listen on others, set AUTH to key, jwt or passthrough',
  ],
  [
    { ...upstream, UPSTREAM_URL: 'api.example.com' },
    'UPSTREAM_URL must be an http or https URL, such as https://host/v1',
  ],
  [
    { ...upstream, UPSTREAM_URL: 'file:///etc/passwd' },
    'UPSTREAM_URL must be an http or https URL, such as https://host/v1',
  ],
  [
    { ...upstream, UPSTREAM_URL: 'https://me:secret@host/v1' },
    'UPSTREAM_URL must not contain a query, a fragment or credentials',
  ],
  [{ UPSTREAM_URL: 'https://api.example.com/v1' }, 'UPSTREAM_API_KEY is required with UPSTREAM_URL'],
  [
    { UPSTREAM_API_KEY: 'key\n' },
    'UPSTREAM_API_KEY must contain only visible ASCII characters, without spaces or line breaks',
  ],
  [
    { TRUSTED_PROXIES: '10.0.0.0/8, proxy.example.com' },
    "TRUSTED_PROXIES must be a comma-separated list of IP addresses and networks such as 10.0.0.0/8: 'proxy.example.com' is neither",
  ],
  [
    { TRUSTED_PROXIES: '10.0.0.0/33' },
    "TRUSTED_PROXIES must be a comma-separated list of IP addresses and networks such as 10.0.0.0/8: '10.0.0.0/33' is neither",
  ],
  [
    { LOCAL_API_HOST: '0.0.0.0' },
    'LOCAL_API_HOST must be a loopback address such as 127.0.0.1, because without LOCAL_API_KEYS any key is accepted',
  ],
  ...['a,,b', 'a b', 'a,'].map((LOCAL_API_KEYS): [Environment, string] => [
    { LOCAL_API_KEYS },
    'LOCAL_API_KEYS must be a comma-separated list of keys of visible ASCII characters, without spaces or line breaks',
  ]),
  [
    { LOCAL_API_REQUESTS_PER_MINUTE: '0' },
    'LOCAL_API_REQUESTS_PER_MINUTE must be a whole number from 1 to 1000000',
  ],
  [{ MODEL_NAME: 'llama3.1' }, 'MODEL_URL is required with MODEL_API_KEY, MODEL_NAME and EMBEDDING_MODEL'],
  ...['a,b', 'a=', '=b', 'a=b=c', 'a=b,,c=d'].map((MODEL_NAME): [Environment, string] => [
    { MODEL_URL: 'http://127.0.0.1:11434/v1', MODEL_NAME },
    'MODEL_NAME must be the name of a model, or a comma-separated list of pairs such as gpt-4=llama3.1',
  ]),
  [{ MAX_BODY: '1000', MAX_BUFFERED_REQUESTS: '999' }, 'MAX_BUFFERED_REQUESTS must be at least MAX_BODY'],
  [
    { MAX_ANSWER: '1000', MAX_BUFFERED_RESPONSES: '999' },
    'MAX_BUFFERED_RESPONSES must be at least MAX_ANSWER',
  ],
  [{ PORT: '4001' }, 'LOCAL_API_PORT must not be the same as PORT'],
  [
    { CORS_ORIGINS: 'https://app.example.com/' },
    "CORS_ORIGINS must be a comma-separated list of origins such as https://app.example.com: 'https://app.example.com/' is not an origin",
  ],
])('%o is rejected: %s', (env, message) => {
  expect(errorFor(env)).toBe(message);
});

test.each(['REDIS_URL'])('%s is rejected by name, because its feature does not exist yet', (name) => {
  expect(errorFor({ [name]: 'anything' })).toBe(`${name} is not supported yet`);
});

test('all mistakes are reported at once, one per line', () => {
  expect(errorFor({ PORT: 'x', GRAPHIQL: 'y', REDIS_URL: 'redis://z' })).toBe(
    [
      'REDIS_URL is not supported yet',
      'PORT must be a whole number from 0 to 65535',
      'GRAPHIQL must be on or off',
    ].join('\n'),
  );
});

test('error messages do not contain the values of secrets', () => {
  const secret = 'very secret';
  const secrets = ['UPSTREAM_API_KEY', 'LOCAL_API_KEYS', 'MODEL_API_KEY', 'AUTH_KEYS', 'REDIS_URL'];
  const message = errorFor(Object.fromEntries(secrets.map((name) => [name, secret])));
  for (const name of secrets) expect(message).toContain(name);
  expect(message).not.toContain(secret);
});

/** The rows of all tables of settings in a Markdown file. */
function settingRows(path: string): string[] {
  const page = readFileSync(join(import.meta.dirname, '..', path), 'utf8');
  return page.match(/^\| `[A-Z_]+` \|.*$/gm) ?? [];
}

const rows = Object.entries(settings).map(
  ([name, { default: value, about }]) => `| \`${name}\` | ${value === '' ? '' : `\`${value}\``} | ${about} |`,
);

test('docs/settings.md lists every setting with its default and description, in the order of settings.ts', () => {
  expect(settingRows('docs/settings.md')).toEqual(rows);
});

test('the README lists six settings as docs/settings.md does', () => {
  const listed = settingRows('README.md');
  expect(listed).toHaveLength(6);
  expect(rows).toEqual(expect.arrayContaining(listed));
});
