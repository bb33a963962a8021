/** The settings of who may call, in the form of settings.ts. */
import { z } from 'zod';
import { isLoopbackHostHeader } from './http/loopback.ts';
import { allScopes, isScope, type Scope, scopes } from './scopes.ts';
import { httpUrl, milliseconds, text, texts, VISIBLE, whole } from './setting-types.ts';

/** A key of a client. Keys with the same name belong to the same client. */
export interface ClientKey {
  readonly name: string;
  readonly key: string;
  readonly scopes: ReadonlySet<Scope>;
}

/** Shorter keys can be guessed. */
const MIN_SECRET_LENGTH = 20;
const MAX_KEYS = 1000;
const NAME = /^[\w.@-]{1,64}$/;
const SCOPES = `the scopes are ${scopes.join(', ')}`;

/** Entries of a list are named by their number, since any part of them can be a secret. */
function entriesOf(list: readonly string[]): { readonly number: number; readonly words: string[] }[] {
  return list.map((entry, index) => ({ number: index + 1, words: entry.split(/\s+/) }));
}

function namedSecret(pair = ''): { readonly name: string; readonly key: string } | undefined {
  const end = pair.indexOf('=');
  const [name, key] = [pair.slice(0, end), pair.slice(end + 1)];
  return end > 0 && NAME.test(name) && VISIBLE.test(key) ? { name, key } : undefined;
}

const clientKeys = texts.transform((list, context): readonly ClientKey[] => {
  const fail = (number: number, problem: string) =>
    context.addIssue(`must be a list such as web=KEY, bot=KEY threads:read: entry ${number} ${problem}`);
  const entries = entriesOf(list);
  if (entries.length > MAX_KEYS) context.addIssue(`must have at most ${MAX_KEYS} entries`);
  const keys = entries.flatMap(({ number, words: [pair, ...names] }) => {
    const named = namedSecret(pair);
    if (named === undefined)
      fail(number, 'must be a name, an equals sign and a key of visible ASCII characters');
    else if (named.key.length < MIN_SECRET_LENGTH)
      fail(number, `must have a key of at least ${MIN_SECRET_LENGTH} characters`);
    if (!names.every(isScope)) fail(number, `has an unknown scope: ${SCOPES}`);
    return named ? { ...named, scopes: names.length > 0 ? new Set(names.filter(isScope)) : allScopes } : [];
  });
  const seen = new Map<string, number>();
  for (const [index, { key }] of keys.entries()) {
    if (seen.has(key)) fail(index + 1, `has the key of entry ${seen.get(key)}`);
    seen.set(key, seen.get(key) ?? index + 1);
  }
  return keys;
});

const upstreamKeys = texts.transform((list, context): ReadonlyMap<string, string> => {
  const pairs = entriesOf(list).flatMap(({ number, words }) => {
    const named = words.length === 1 ? namedSecret(words[0]) : undefined;
    if (named !== undefined) return [[named.name, named.key] as const];
    context.addIssue(
      `must be a list such as acme=KEY, globex=KEY: entry ${number} must be a value of the claim, an equals sign and a key`,
    );
    return [];
  });
  if (new Set(pairs.map(([name]) => name)).size < pairs.length) context.addIssue('must name each value once');
  return new Map(pairs);
});

/** As long as the hash that is made with one. */
const MIN_OWNERS_SECRET_LENGTH = 32;

const secrets = texts.transform((list, context): readonly string[] => {
  const isValid = list.every((item) => item.length >= MIN_OWNERS_SECRET_LENGTH);
  if (!isValid) context.addIssue(`must have at least ${MIN_OWNERS_SECRET_LENGTH} characters, without commas`);
  return list;
});

const scopeSet = texts.transform((list, context): ReadonlySet<Scope> => {
  if (!list.every(isScope)) context.addIssue(`must be a comma-separated list of scopes: ${SCOPES}`);
  return new Set(list.filter(isScope));
});

/** With symmetric ones, whoever knows a public key could sign. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

const algorithms = texts.transform((list, context): readonly string[] => {
  const isKnown = list.every((name) => ALGORITHMS.includes(name));
  if (!isKnown) context.addIssue(`must be a comma-separated list of ${ALGORITHMS.join(', ')}`);
  return list;
});

const keySetUrl = httpUrl.refine((value) => {
  const { protocol, host } = new URL(value);
  return protocol === 'https:' || isLoopbackHostHeader(host);
}, 'must be an https URL: whoever can change the response can sign tokens');

const claim = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, 'must be the name of a claim, in visible ASCII characters');

export const authSettings = {
  AUTH: {
    schema: z.enum(['none', 'key', 'jwt', 'passthrough'], 'must be none, key, jwt or passthrough'),
    default: 'none',
    about:
      'How clients are authenticated: none accepts every client on this machine, key those with one of AUTH_KEYS, jwt those with a token of JWT_ISSUER, and passthrough sends the key of each client to the REST API',
  },
  AUTH_KEYS: {
    schema: clientKeys,
    default: '',
    about:
      'For AUTH=key: the keys of clients, such as web=KEY, bot=KEY threads:read. A key without scopes has all. Two keys with the same name are one client',
  },
  JWT_ISSUER: { schema: text, default: '', about: 'For AUTH=jwt: the claim iss that tokens must have' },
  JWT_AUDIENCE: { schema: text, default: '', about: 'For AUTH=jwt: the claim aud that tokens must have' },
  JWKS_URL: { schema: keySetUrl, default: '', about: 'For AUTH=jwt: URL of the keys that sign tokens' },
  JWKS_COOLDOWN_MS: {
    schema: milliseconds,
    default: '30000',
    about: 'Minimum time between two reads of JWKS_URL because of tokens with unknown keys, in milliseconds',
  },
  JWT_ALGORITHMS: {
    schema: algorithms,
    default: 'RS256,PS256,ES256,EdDSA',
    about: 'The algorithms with which tokens may be signed, separated by commas',
  },
  JWT_CLOCK_TOLERANCE_MS: {
    schema: whole(0, 300_000),
    default: '5000',
    about: 'How long a token is accepted before its time begins and after it has expired, in milliseconds',
  },
  JWT_PRINCIPAL_CLAIM: {
    schema: claim,
    default: 'sub',
    about: 'The claim that tells the clients of an issuer apart',
  },
  JWT_DEFAULT_SCOPES: {
    schema: scopeSet,
    default: '',
    about: 'Scopes of tokens that have neither the claim scope nor scp, separated by commas. None by default',
  },
  JWT_UPSTREAM_KEY_CLAIM: {
    schema: claim,
    default: '',
    about:
      'The claim whose value is the name of one of UPSTREAM_KEYS. By default, UPSTREAM_API_KEY is sent for all',
  },
  UPSTREAM_KEYS: {
    schema: upstreamKeys,
    default: '',
    about: 'For JWT_UPSTREAM_KEY_CLAIM: API keys for the REST API, such as acme=KEY, globex=KEY',
  },
  OWNERS: {
    schema: z.enum(['off', 'metadata'], 'must be off or metadata'),
    default: 'off',
    about:
      'metadata keeps the threads of clients apart, by a pair in the metadata of each thread that clients do not see. off shows every client all threads of its upstream key',
  },
  OWNERS_SECRET: {
    schema: secrets,
    default: '',
    about:
      'For OWNERS=metadata: what only this deployment knows, at least 32 characters. To replace it, put the new one before the old one and a comma',
  },
} as const;
