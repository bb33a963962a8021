/** Retrieval by words and embeddings together. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { poll } from '../../support/poll.ts';
import { newDataDir, type RunningApi, startApi } from '../support/local-api.ts';
import type { ModelRequest } from '../support/model-server.ts';
import type { Json } from '../support/rest-caller.ts';
import { reply, startEmbeddingServer, vectorOf } from './support/embedding-server.ts';
import { answerTo } from './support/searching.ts';
import { addFile } from './support/uploads.ts';

const TEXTS = {
  'a.txt': 'Staff get thirty days of leave.',
  'b.txt': 'Taxis need a receipt.',
  'c.txt': 'A cat sleeps all day.',
};

const embedded = (requests: readonly ModelRequest[]): string[] =>
  requests.flatMap(({ body }) => body.input).map((input: string) => input.trim());

/** Adds the files and waits until the server was asked for the vectors of their passages. */
async function addFiles(api: RunningApi, requests: readonly ModelRequest[]): Promise<Json[]> {
  const files: Json[] = [];
  for (const [name, text] of Object.entries(TEXTS)) files.push(await addFile(api, name, text));
  await poll(
    async () => embedded(requests),
    (inputs) => Object.values(TEXTS).every((text) => inputs.includes(text)),
  );
  return files;
}

/** The passages found, best first. */
async function found(api: RunningApi, question: string, files: readonly Json[]): Promise<string[]> {
  const { annotations } = await answerTo(api, question, files);
  return annotations.map(({ file_citation }: Json) => file_citation.quote);
}

describe('embeddings', () => {
  it('find passages without the words of the question', async () => {
    const { embeddingServer, requests } = await startEmbeddingServer();
    const api = await startApi({ embeddingServer });
    const files = await addFiles(api, requests);
    expect(requests[0]?.body).toMatchObject({ model: 'embed', encoding_format: 'float' });
    await poll(
      () => found(api, 'How much vacation?', files),
      ([first]) => first === TEXTS['a.txt'],
    );
    // What both rankings have comes before what one of them has.
    expect((await found(api, 'vacation and taxis', files))[0]).toBe(TEXTS['b.txt']);
  });

  it('are made once, also across a restart', async () => {
    const { embeddingServer, requests } = await startEmbeddingServer();
    const dataDir = newDataDir();
    const api = await startApi({ dataDir, embeddingServer });
    const files = await addFiles(api, requests);
    await poll(
      () => found(api, 'feline', files),
      ([first]) => first === TEXTS['c.txt'],
    );
    await api.close();
    requests.length = 0;
    const again = await startApi({ dataDir, embeddingServer });
    expect((await found(again, 'feline', files))[0]).toBe(TEXTS['c.txt']);
    expect(embedded(requests)).toEqual(['feline']);
  });

  it('are made again when the server has another number of dimensions, or another model is set', async () => {
    const { embeddingServer, requests, answer } = await startEmbeddingServer();
    const dataDir = newDataDir();
    const api = await startApi({ dataDir, embeddingServer });
    const files = await addFiles(api, requests);
    answer((request) => reply(request, (text) => [...vectorOf(text), 0]));
    await poll(
      () => found(api, 'feline', files),
      ([first]) => first === TEXTS['c.txt'],
    );
    await api.close();
    const other = await startApi({ dataDir, embeddingServer: { ...embeddingServer, model: 'other' } });
    await poll(
      () => found(other, 'feline', files),
      ([first]) => first === TEXTS['c.txt'],
    );
    expect(requests.at(-1)?.body.model).toBe('other');
  });

  it('are made again when the number of dimensions changes in the middle of a file', async () => {
    const { embeddingServer, requests, answer } = await startEmbeddingServer();
    answer((request) => {
      const rest = requests.length === 1 ? [] : [0];
      reply(request, (text) => [...vectorOf(text), ...rest]);
    });
    const api = await startApi({ embeddingServer });
    const sections = Array.from({ length: 20 }, (_, index) => `# Animal ${index}\n\nIt sleeps all day.`);
    const file = await addFile(api, 'a.md', ['# Cats\n\nThey sleep all day.', ...sections].join('\n\n'));
    await poll(
      () => found(api, 'feline', [file]),
      ([first]) => first === '# Cats\n\nThey sleep all day.',
    );
  });

  it.each<[string, (request: ModelRequest) => void]>([
    ['an error', ({ response }) => void response.writeHead(500).end('{}')],
    ['a refusal', ({ response }) => void response.writeHead(400).end('{}')],
    ['something else', ({ response }) => void response.end('<html>')],
    ['too few vectors', (request) => reply({ ...request, body: { ...request.body, input: [] } })],
    [
      'vectors of different lengths',
      (request) => reply(request, (text) => [1, ...Array(text.length).fill(0)]),
    ],
    ['zeros', (request) => reply(request, () => [0, 0, 0])],
    [
      'no numbers',
      ({ response, body }) => void response.end(`{"data":[${body.input.map(() => '{"embedding":[null]}')}]}`),
    ],
    ['a closed connection', ({ response }) => void response.destroy()],
    ['nothing', () => undefined],
  ])('are not needed: words alone find passages if the server answers with %s', async (_, handler) => {
    const { embeddingServer, answer } = await startEmbeddingServer();
    answer(handler);
    const api = await startApi({ embeddingServer: { ...embeddingServer, timeoutMs: 200 } });
    const file = await addFile(api, 'a.txt', TEXTS['a.txt']);
    expect(await found(api, 'leave', [file])).toEqual([TEXTS['a.txt']]);
    expect(api.logged.filter(({ level }) => level === 'warn').length).toBeLessThanOrEqual(1);
    expect(JSON.stringify(api.logged)).not.toContain('secret');
  });

  it('are not waited for while the server is being connected to', { timeout: 8_000 }, async () => {
    // It accepts connections, but never begins TLS.
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const url = `https://127.0.0.1:${port}/v1`;
    const api = await startApi({ embeddingServer: { url, model: 'embed', timeoutMs: 200 } });
    const file = await addFile(api, 'a.txt', TEXTS['a.txt']);
    expect(await found(api, 'leave', [file])).toEqual([TEXTS['a.txt']]);
    await api.close();
    server.close();
  });

  it('work again once the server does', async () => {
    const { embeddingServer, answer } = await startEmbeddingServer();
    answer(({ response }) => void response.writeHead(503).end());
    const api = await startApi({ embeddingServer });
    const files = [await addFile(api, 'c.txt', TEXTS['c.txt'])];
    expect(await found(api, 'feline', files)).toEqual([]);
    answer(reply);
    await poll(
      () => found(api, 'feline', files),
      ([first]) => first === TEXTS['c.txt'],
    );
    expect(api.logged.map(({ message }) => message)).toEqual([
      'the embedding server cannot be used: searches use words alone',
      'the embedding server works again',
    ]);
  });
});
