/** AUTH=jwt: tokens count that the issuer has signed for this server, and only as long as they are valid. */
import type { ServerResponse } from 'node:http';
import { exportSPKI, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { connectTo, requestText } from '../reliability/support/raw-connection.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { sendHttp } from '../support/http.ts';
import { poll } from '../support/poll.ts';
import { callRest } from '../support/world.ts';
import { bearer, transports } from './support/clients.ts';
import { AUDIENCE, ISSUER, type Issuer, settingsFor, startIssuer } from './support/issuer.ts';

let issuer: Issuer;
let graph: Graph;
beforeAll(async () => {
  issuer = await startIssuer();
  graph = await startGraph(settingsFor(issuer));
});
afterAll(async () => {
  await graph.close();
  await issuer.close();
});

const query = '{ assistants { nodes { id } } }';
const now = () => Math.floor(Date.now() / 1000);

async function send(token: string, url = graph.url) {
  const [[, overHttp] = []] = transports;
  return overHttp?.(url, bearer(token), query);
}

test.each(transports)('over %s, a client with a token of the issuer may call', async (_, sendOver) => {
  expect(await sendOver(graph.url, bearer(await issuer.token()), query)).toEqual({
    data: { assistants: { nodes: [] } },
  });
  const audiences = await issuer.token({ aud: ['other', AUDIENCE] });
  expect(await sendOver(graph.url, bearer(audiences), query)).toHaveProperty('data');
});

const claimRefused = (claim: string) => `The claim \`${claim}\` of the token is missing or not accepted`;
const refusedClaims: [what: string, claims: Record<string, unknown>, message: string][] = [
  ['that has expired', { exp: now() - 1 }, 'The token has expired'],
  ['that never expires', { exp: undefined }, claimRefused('exp')],
  ['whose time has not begun', { nbf: now() + 3600 }, claimRefused('nbf')],
  ['of another issuer', { iss: 'https://evil.example.com/' }, claimRefused('iss')],
  ['without an issuer', { iss: undefined }, claimRefused('iss')],
  ['for another audience', { aud: 'other' }, claimRefused('aud')],
  ['without an audience', { aud: undefined }, claimRefused('aud')],
  ['without a subject', { sub: undefined }, claimRefused('sub')],
  ['with an empty subject', { sub: '' }, 'The claim `sub` of the token must be a text'],
];

test.each(refusedClaims.flatMap((each) => transports.map((transport) => [...each, ...transport] as const)))(
  'a token %s is refused',
  async (_what, claims, message, _name, sendOver, refusal) => {
    const outcome = await sendOver(graph.url, bearer(await issuer.token(claims)), query);
    expect(outcome).toMatchObject({ refusal, message });
  },
);

test('forged tokens are refused', async () => {
  const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'anna', exp: now() + 3600 };
  const stranger = await generateKeyPair('ES256', { extractable: true });
  const sign = (key: Parameters<SignJWT['sign']>[0], header: { alg: string; kid?: string; jwk?: object }) =>
    new SignJWT(claims).setProtectedHeader(header as never).sign(key);
  const [header = '', payload = '', signature = ''] = (await issuer.token()).split('.');
  const changed = Buffer.from(JSON.stringify({ ...claims, sub: 'berta' })).toString('base64url');
  const publicKey = new TextEncoder().encode(await exportSPKI(stranger.publicKey));
  const forged = {
    unsigned: new UnsecuredJWT(claims).encode(),
    unsignedWithKey: `${btoa('{"alg":"none","kid":"key-1"}').replaceAll('=', '')}.${payload}.`,
    ofStranger: await sign(stranger.privateKey, { alg: 'ES256', kid: 'key-1' }),
    ofUnknownKey: await sign(stranger.privateKey, { alg: 'ES256', kid: 'key-9' }),
    withPublicKeyAsSecret: await sign(publicKey, { alg: 'HS256', kid: 'key-1' }),
    changed: `${header}.${changed}.${signature}`,
    withoutSignature: `${header}.${payload}.`,
    nonsense: 'a.b.c',
    noToken: 'x',
  };
  for (const [what, token] of Object.entries(forged)) {
    const outcome = await send(token);
    expect({ what, ...outcome }).toMatchObject({ what, refusal: 401 });
    expect(outcome?.errors?.[0]?.extensions).toEqual({ code: 'UNAUTHENTICATED' });
  }
});

test('a token that is signed with an algorithm that is not allowed is refused', async () => {
  const strict = await startGraph(settingsFor(issuer, { JWT_ALGORITHMS: 'RS256' }));
  onTestFinished(strict.close);
  expect(await send(await issuer.token(), strict.url)).toMatchObject({
    refusal: 401,
    message: 'The token is not valid',
  });
});

test('a symmetric key in the set of the issuer signs nothing', async () => {
  const secret = { kty: 'oct', k: Buffer.from('a secret of 32 bytes, published.').toString('base64url') };
  issuer.publish({ ...secret, kid: 'symmetric', alg: 'HS256' });
  const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'anna', exp: now() + 3600 };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', kid: 'symmetric' })
    .sign(await importJWK(secret, 'HS256'));
  expect(await send(token)).toMatchObject({ refusal: 401 });
});

test('after a rotation, tokens of the new key count, and those of a retired key no longer do', async () => {
  const rotating = await startIssuer();
  onTestFinished(rotating.close);
  const own = await startGraph(settingsFor(rotating));
  onTestFinished(own.close);
  const old = await rotating.token();
  expect(await send(old, own.url)).toHaveProperty('data');
  await rotating.rotate();
  expect(await send(await rotating.token(), own.url)).toHaveProperty('data');
  expect(await send(old, own.url)).toHaveProperty('data');
  await rotating.rotate();
  rotating.retire();
  expect(await send(await rotating.token(), own.url)).toHaveProperty('data');
  expect(await send(old, own.url)).toMatchObject({
    refusal: 401,
    message: 'The token is not signed with a key of its issuer',
  });
});

test('tokens with unknown keys do not make the server read the keys each time', async () => {
  const own = await startGraph(settingsFor(issuer, { JWKS_COOLDOWN_MS: '60000' }));
  onTestFinished(own.close);
  await send(await issuer.token(), own.url);
  const before = issuer.requests;
  const unknown = await Promise.all(
    Array.from({ length: 20 }, async (_, index) =>
      send(await issuer.token({}, { kid: `${index}` }), own.url),
    ),
  );
  for (const outcome of unknown) expect(outcome).toMatchObject({ refusal: 401 });
  expect(issuer.requests).toBe(before);
});

test.each(transports)(
  'over %s, keys that cannot be read are not the fault of the token',
  async (_, sendOver) => {
    const gone = await startIssuer();
    const own = await startGraph(settingsFor(gone));
    onTestFinished(own.close);
    const token = await gone.token();
    await gone.close();
    const outcome = await sendOver(own.url, bearer(token), query);
    expect([503, 1013]).toContain(outcome.refusal);
    expect(outcome.message).toBe('The keys that verify tokens cannot be read: try again later');
    if (outcome.errors) expect(outcome.errors[0]?.extensions).toEqual({ code: 'UPSTREAM_UNAVAILABLE' });
  },
);

test.each<[what: string, respond: NonNullable<Issuer['intercept']>]>([
  ['are too long', (response) => response.end(`{"keys":[],"x":"${'x'.repeat(300_000)}"}`)],
  [
    'never end',
    (response) => {
      const write = (): unknown =>
        response.write('x'.repeat(10_000)) ? setImmediate(write) : response.once('drain', write);
      write();
    },
  ],
  // For five seconds.
  ['never come', () => undefined],
  ['are no keys', (response) => response.end('<html>')],
  ['are a redirect', (response) => response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()],
  ['are an error', (response) => response.writeHead(500).end('{"keys":[]}')],
])('keys that %s are not used, and are read again after a second', async (_, respond) => {
  const own = await startIssuer();
  onTestFinished(own.close);
  const server = await startGraph(settingsFor(own));
  onTestFinished(server.close);
  own.intercept = respond;
  const token = await own.token();
  expect(await send(token, server.url)).toMatchObject({ refusal: 503 });
  expect(await Promise.all([1, 2, 3].map(() => send(token, server.url)))).toMatchObject(
    Array(3).fill({ refusal: 503 }),
  );
  expect(own.requests).toBe(1);
  own.intercept = undefined;
  await expect.poll(() => send(token, server.url), { timeout: 5000 }).toHaveProperty('data');
});

test('one upstream key stands for each value of a claim, and other values are refused', async () => {
  const env = {
    JWT_UPSTREAM_KEY_CLAIM: 'tenant',
    UPSTREAM_KEYS: 'acme=key, globex=key-2',
    UPSTREAM_API_KEY: '',
  };
  const own = await startGraph(settingsFor(issuer, env));
  onTestFinished(own.close);
  const { id } = await callRest(own.localUrl, '/assistants', { model: 'offline' });
  const [acme, globex] = [await issuer.token({ tenant: 'acme' }), await issuer.token({ tenant: 'globex' })];
  expect(JSON.stringify((await send(acme, own.url))?.data)).toContain('nodes":[{');
  expect((await send(globex, own.url))?.data).toEqual({ assistants: { nodes: [] } });
  expect(own.upstream.calls.map(({ headers }) => headers.authorization)).toEqual([
    'Bearer key',
    'Bearer key-2',
  ]);
  for (const tenant of [undefined, 'evil', '', 'constructor', '__proto__', ['acme'], { acme: 1 }, 1]) {
    const outcome = await send(await issuer.token({ tenant }), own.url);
    expect(outcome).toMatchObject({
      refusal: 403,
      message: 'The claim `tenant` of the token must name an upstream key of this server',
    });
    expect(outcome?.errors?.[0]?.extensions).toEqual({ code: 'FORBIDDEN' });
  }
  expect(id).toBeTruthy();
});

test('a client that leaves while its token is checked does not keep the place of a file', async () => {
  const slow = await startIssuer();
  onTestFinished(slow.close);
  const keys = new Promise<ServerResponse>((resolve) => {
    slow.intercept = resolve;
  });
  const closed = await startGraph({ ...settingsFor(slow), MAX_FILE_TRANSFERS: '1' });
  onTestFinished(closed.close);
  const headers = {
    ...bearer(await slow.token({ scope: 'files:write' })),
    'x-requested-with': 'test',
    'content-type': 'multipart/form-data; boundary=b',
  };
  const leaving = await connectTo(closed.url);
  leaving.write(requestText('', headers, 100).replace('/graphql', '/files'));
  const response = await keys;
  await leaving.close();
  await poll(
    async () => closed.counts(),
    ({ connections }) => connections === 0,
  );
  slow.intercept = undefined;
  const text = await (await fetch(slow.url)).text();
  response.setHeader('content-type', 'application/json').end(text);
  const body = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\na\r\n--b--\r\n';
  expect(await sendHttp(closed.url, { target: '/files', headers, body })).toMatchObject({ status: 200 });
});
