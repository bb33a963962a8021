/** A server that accepts the documents of a manifest only, and the command that makes manifests. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../events/support/raw-socket.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { errorsIn, type HttpResult, sendHttp } from '../support/http.ts';
import { ROOT } from '../support/process.ts';
import { startObservedGraph } from '../telemetry/support/observed-graph.ts';

const READ = 'query Read { assistants { nodes { id } } }';
const OTHER = 'query Other { assistants { nodes { id name } } }';
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');

const directory = await mkdtemp(join(tmpdir(), 'trusted-documents-'));
afterAll(() => rm(directory, { recursive: true }));

async function writeManifest(manifest: unknown): Promise<string> {
  const path = join(directory, `${hashOf(JSON.stringify(manifest))}.json`);
  await writeFile(path, typeof manifest === 'string' ? manifest : JSON.stringify(manifest));
  return path;
}

const apollo = {
  format: 'apollo-persisted-query-manifest',
  version: 1,
  operations: [{ id: 'read', name: 'Read', type: 'query', body: READ }],
};
const plain = { read: READ, [hashOf(READ)]: READ };

const post = ({ url }: Graph, params: object): Promise<HttpResult> =>
  sendHttp(url, {
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify(params),
  });
const persisted = (sha256Hash: unknown) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });
const DATA = { data: { assistants: { nodes: [] } } };

describe.each([
  ['Apollo', apollo],
  ['Relay and GraphQL Code Generator', plain],
])('with a manifest of %s', (_, manifest) => {
  let graph: Graph;
  beforeAll(async () => {
    graph = await startGraph({ TRUSTED_DOCUMENTS: await writeManifest(manifest) });
  });
  afterAll(() => graph.close());

  test.each<[string, object]>([
    ['in extensions', persisted('read')],
    ['as documentId', { documentId: 'read' }],
    ['as doc_id', { doc_id: 'read', variables: {} }],
    ['with an empty query', { query: '', ...persisted('read') }],
  ])('an ID %s is accepted', async (_name, params) => {
    expect(JSON.parse((await post(graph, params)).text)).toEqual(DATA);
  });

  test('the text of a trusted document is accepted', async () => {
    expect(JSON.parse((await post(graph, { query: READ })).text)).toEqual(DATA);
  });

  test.each<[string, object]>([
    ['another document', { query: OTHER }],
    ['a document with a comment more', { query: `${READ} #` }],
    ['another document with the ID of a trusted one', { query: OTHER, ...persisted('nobody') }],
    ['an ID that is not known', persisted('nobody')],
    ['the name of a member of objects', persisted('__proto__')],
    ['an ID that is not a text', persisted({ read: 1 })],
    ['introspection', { query: '{ __schema { types { name } } }' }],
    ['nothing', {}],
  ])('%s is refused', async (_name, params) => {
    graph.upstream.calls.length = 0;
    const { status, text } = await post(graph, params);
    expect({ status, codes: errorsIn(text).map(({ code }) => code) }).toEqual({
      status: 403,
      codes: ['FORBIDDEN'],
    });
    expect(graph.upstream.calls).toEqual([]);
  });

  test('a text is not kept under its hash', async () => {
    await post(graph, { query: OTHER, ...persisted(hashOf(OTHER)) });
    expect((await post(graph, persisted(hashOf(OTHER)))).status).toBe(403);
  });

  test('the same holds over GET and on a WebSocket', async () => {
    const get = (params: object) =>
      sendHttp(graph.url, {
        method: 'GET',
        search: `?extensions=${encodeURIComponent(JSON.stringify(Object(params).extensions))}`,
      });
    expect(JSON.parse((await get(persisted('read'))).text)).toEqual(DATA);
    expect((await get(persisted('nobody'))).text).toContain('FORBIDDEN');
    const socket = await connect(graph.url);
    socket.send({ type: 'subscribe', id: '1', payload: { query: '', ...persisted('read') } });
    expect(await socket.next()).toMatchObject({ type: 'next', payload: DATA });
    expect(await socket.next()).toMatchObject({ type: 'complete' });
    socket.subscribe('2', OTHER);
    expect(await socket.next()).toMatchObject({
      type: 'error',
      payload: [{ extensions: { code: 'FORBIDDEN' } }],
    });
  });

  test('GraphiQL is not there', async () => {
    const { text } = await sendHttp(graph.url, { method: 'GET', headers: { accept: 'text/html' } });
    expect(text).not.toContain('<html');
  });
});

test('names of trusted documents are labels of metrics', async () => {
  const graph = await startObservedGraph({ TRUSTED_DOCUMENTS: await writeManifest(apollo) });
  await post(graph, { query: READ });
  await post(graph, { query: OTHER });
  const page = await graph.metrics();
  expect(page).toContain('operation="Read"');
  expect(page).not.toContain('operation="Other"');
});

test.each<[string, string, RegExp]>([
  ['is not JSON', '{', /is not valid JSON/],
  ['is a list', '[]', /is neither/],
  ['has other values than texts', '{"a":1}', /is neither/],
])('a manifest that %s fails the start', async (_, text, message) => {
  await expect(startGraph({ TRUSTED_DOCUMENTS: await writeManifest(text) })).rejects.toThrow(message);
});

test('a manifest that does not exist fails the start', async () => {
  const missing = startGraph({ TRUSTED_DOCUMENTS: join(directory, 'gone.json') });
  await expect(missing).rejects.toThrow(/^TRUSTED_DOCUMENTS cannot be read: ENOENT/);
});

describe('npm run trust', () => {
  /** Runs the command on files. @returns the manifest, or what it wrote instead */
  async function trust(files: Record<string, string>, ...options: string[]) {
    const frontend = await mkdtemp(join(directory, 'frontend-'));
    await mkdir(join(frontend, 'src'));
    for (const [name, text] of Object.entries(files)) await writeFile(join(frontend, 'src', name), text);
    const out = join(frontend, 'trusted.json');
    const args = ['scripts/trusted-documents.mjs', ...options, out, join(frontend, 'src')];
    const run = promisify(execFile)(process.execPath, args, { cwd: ROOT });
    const written = await run.catch(({ stderr }) => ({ stderr: String(stderr) }));
    const failure = written.stderr.replaceAll(frontend, '');
    return failure === '' ? { out, manifest: JSON.parse(await readFile(out, 'utf8')) } : { failure };
  }

  test('finds documents in files and in code, with the fragments that they use', async () => {
    const { out, manifest } = await trust({
      'read.graphql': 'query Read { assistants { nodes { ...Name } } }',
      'fragments.gql': 'fragment Name on Assistant { name ...Id } fragment Id on Assistant { id }',
      'page.tsx':
        "import { gql } from '@apollo/client';\nconst page = <p>{gql`query Hello { __typename }`}</p>;",
      'other.css': 'p {}',
    });
    expect(Object.keys(manifest)).toEqual(Object.values<string>(manifest).map(hashOf));
    expect(Object.values(manifest)).toEqual([
      'query Hello {\n  __typename\n}',
      'query Read {\n  assistants {\n    nodes {\n      ...Name\n    }\n  }\n}\n\nfragment Name on Assistant {\n  name\n  ...Id\n}\n\nfragment Id on Assistant {\n  id\n}',
    ]);
    const graph = await startGraph({ TRUSTED_DOCUMENTS: out ?? '' });
    onTestFinished(graph.close);
    const [hello] = Object.keys(manifest);
    expect(JSON.parse((await post(graph, persisted(hello))).text)).toEqual({ data: { __typename: 'Query' } });
  });

  test('adds __typename as Apollo Client does', async () => {
    const { manifest } = await trust({ 'read.graphql': READ }, '--typename');
    expect(Object.values(manifest)).toEqual([
      'query Read {\n  assistants {\n    nodes {\n      id\n      __typename\n    }\n    __typename\n  }\n}',
    ]);
  });

  test.each<[string, Record<string, string>, string]>([
    [
      'does not fit the schema',
      { 'a.graphql': 'query A { nothing }' },
      '/src/a.graphql: A: Cannot query field "nothing" on type "Query".\n',
    ],
    ['has no name', { 'a.graphql': '{ __typename }' }, '/src/a.graphql: an operation must have a name\n'],
    [
      'has the name of another',
      { 'a.graphql': 'query A { __typename }', 'b.graphql': 'query A { __typename }' },
      '/src/b.graphql: A is the name of another document, in /src/a.graphql\n',
    ],
    [
      'has a syntax error',
      { 'a.graphql': 'query {' },
      '/src/a.graphql: Syntax Error: Expected Name, found <EOF>.\n',
    ],
    ['is missing', { 'a.ts': 'export {};' }, 'There is no operation in these files\n'],
  ])('fails if a document %s', async (_, files, failure) => {
    expect(await trust(files)).toEqual({ failure });
  });
});
