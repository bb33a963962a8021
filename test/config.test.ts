import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigError, readConfig, settings } from '../src/config.ts';
import { freshSettings, startProgram } from './support/process.ts';

type Environment = Record<string, string>;

function complaint(env: Environment): string {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error(`Nothing is wrong with ${JSON.stringify(env)}`);
}

test('nothing has to be set', () => {
  expect(readConfig({})).toMatchObject({
    PORT: 4000,
    HOST: '127.0.0.1',
    UPSTREAM_URL: undefined,
    GRAPHIQL: true,
  });
});

test('an empty value counts as none', () => {
  expect(readConfig({ PORT: '', UPSTREAM_URL: '', REDIS_URL: '' })).toEqual(readConfig({}));
});

const upstream = { UPSTREAM_URL: 'https://api.example.com/v1', UPSTREAM_API_KEY: 'key' };

test('what is set is what one gets', () => {
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

test.each<[Environment, string]>([
  [{ PORT: 'http' }, 'PORT must be a whole number from 0 to 65535'],
  [{ PORT: '65536' }, 'PORT must be a whole number from 0 to 65535'],
  [{ PORT: '-1' }, 'PORT must be a whole number from 0 to 65535'],
  [{ PORT: '0x10' }, 'PORT must be a whole number from 0 to 65535'],
  [{ UPSTREAM_TIMEOUT_MS: '0' }, 'UPSTREAM_TIMEOUT_MS must be a whole number from 1 to 86400000'],
  [{ UPSTREAM_CONNECTIONS: '1.5' }, 'UPSTREAM_CONNECTIONS must be a whole number from 1 to 10000'],
  [{ GRAPHIQL: 'true' }, 'GRAPHIQL must be on or off'],
  [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be silent, error, warn, info or debug'],
  [{ AUTH: 'jwt' }, 'AUTH must be none: key, jwt and passthrough are not supported yet'],
  [
    { HOST: '0.0.0.0' },
    'HOST must be a loopback address such as 127.0.0.1, because AUTH=none lets everybody in',
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
    'UPSTREAM_URL must have no query, no fragment and no credentials',
  ],
  [{ UPSTREAM_URL: 'https://api.example.com/v1' }, 'UPSTREAM_API_KEY must be set along with UPSTREAM_URL'],
  [{ UPSTREAM_API_KEY: 'key\n' }, 'UPSTREAM_API_KEY must be visible ASCII without spaces or line breaks'],
  [{ PORT: '4001' }, 'LOCAL_API_PORT must be another port than PORT'],
  [
    { CORS_ORIGINS: 'https://app.example.com/' },
    "CORS_ORIGINS must be a list of origins such as https://app.example.com; 'https://app.example.com/' is none",
  ],
])('%o is answered by one sentence', (env, sentence) => {
  expect(complaint(env)).toBe(sentence);
});

test.each(['REDIS_URL', 'AUTH_KEYS', 'JWKS_URL', 'MODEL_URL', 'TRUSTED_DOCUMENTS'])(
  '%s, whose feature is not there, is refused by its name',
  (name) => {
    expect(complaint({ [name]: 'anything' })).toBe(`${name} is not supported yet`);
  },
);

test('all mistakes are told at once, a line each, and the process ends with 1', async () => {
  const wrong = { ...(await freshSettings()), PORT: 'x', GRAPHIQL: 'y', REDIS_URL: 'redis://z' };
  const program = startProgram('node dist/main.js', wrong);
  expect(await program.ended).toBe(1);
  expect(program.written).toEqual({
    out: '',
    err: [
      'REDIS_URL is not supported yet',
      'PORT must be a whole number from 0 to 65535',
      'GRAPHIQL must be on or off',
      '',
    ].join('\n'),
  });
});

test('no secret is repeated in what is said about it', () => {
  const secret = 'very secret';
  const secrets = ['UPSTREAM_API_KEY', 'MODEL_API_KEY', 'AUTH_KEYS', 'REDIS_URL'];
  const said = complaint(Object.fromEntries(secrets.map((name) => [name, secret])));
  for (const name of secrets) expect(said).toContain(name);
  expect(said).not.toContain(secret);
});

test('the README lists every setting with its default and what it does', () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  const rows = readme.match(/^\| `[A-Z_]+` \|.*$/gm);
  expect(rows).toEqual(
    Object.entries(settings).map(
      ([name, { default: value, about }]) =>
        `| \`${name}\` | ${value === '' ? '' : `\`${value}\``} | ${about} |`,
    ),
  );
});
