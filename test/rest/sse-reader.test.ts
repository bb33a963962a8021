import { expect, test } from 'vitest';
import { MalformedResponseError } from '../../src/rest/errors.ts';
import {
  MAX_EVENT_LENGTH,
  MAX_INCOMPLETE_LENGTH,
  readServerSentEvents,
  type ServerSentEvent,
} from '../../src/rest/sse-reader.ts';

async function* chunksOf(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function read(chunks: AsyncIterable<Uint8Array>, maxLength?: number): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  for await (const batch of readServerSentEvents(chunks, maxLength)) events.push(...batch);
  return events;
}

const TEXT = [
  '\uFEFF: a comment\n\n',
  'event: first\ndata: {"text":"Grüße 👋🏽"}\n\n',
  'event: second\r\ndata: one\r\ndata: two\r\n\r\n',
  'id: 7\rdata: 日本語\r\r',
  'data\nretry: soon\nevent: empty\nunknown: field\n\n',
  'event: last\ndata: [DONE]\n\n',
].join('');

const EVENTS = [
  { name: 'first', data: '{"text":"Grüße 👋🏽"}' },
  { name: 'second', data: 'one\ntwo' },
  { name: undefined, data: '日本語' },
  { name: 'empty', data: '' },
  { name: 'last', data: '[DONE]' },
];

const bytes = new TextEncoder().encode(TEXT);

test('events are the same wherever the bytes are split', async () => {
  expect(await read(chunksOf(bytes))).toEqual(EVENTS);
  for (let cut = 0; cut <= bytes.length; cut++) {
    expect(await read(chunksOf(bytes.subarray(0, cut), bytes.subarray(cut)))).toEqual(EVENTS);
  }
  expect(await read(chunksOf(...[...bytes].map((byte) => Uint8Array.of(byte))))).toEqual(EVENTS);
});

test('events of one chunk are returned together, and an incomplete one is dropped', async () => {
  const batches: number[] = [];
  const text = 'data: 1\n\ndata: 2\n\ndata: incomplete\n';
  for await (const batch of readServerSentEvents(chunksOf(new TextEncoder().encode(text))))
    batches.push(batch.length);
  expect(batches).toEqual([2]);
});

test.each([
  ['a line', 'data: ', 160],
  ['an event of many lines', 'data: x\n', 480],
])(
  '%s of the maximum length is read, and a longer one is an error after the events before it',
  async (_, line, count) => {
    const within = new TextEncoder().encode(`data: before\n\n${line.repeat(count)}`);
    expect(await read(chunksOf(within, new TextEncoder().encode('\n\n')), 1000)).toHaveLength(2);
    const events: ServerSentEvent[] = [];
    const reading = (async () => {
      const chunks = chunksOf(within, new TextEncoder().encode(line.repeat(count)));
      for await (const batch of readServerSentEvents(chunks, 1000)) events.push(...batch);
    })();
    await expect(reading).rejects.toBeInstanceOf(MalformedResponseError);
    expect(events).toEqual([{ name: undefined, data: 'before' }]);
  },
);

test('no input takes quadratic time', async () => {
  const size = 256 * 1024;
  const nasty = ['\r', '\n', 'data:\n', ':', '\r\n', 'data: x\r'].map((piece) =>
    piece.repeat(size / piece.length),
  );
  for (const text of nasty) {
    const start = performance.now();
    await read(chunksOf(new TextEncoder().encode(text))).catch(() => undefined);
    // Some 15 ms alone; without a bound on the pieces, carriage returns take seconds.
    expect(performance.now() - start).toBeLessThan(1000);
  }
});

test('all streams together may have begun events of the maximum length, and the one with more is ended', async () => {
  const MB = 2 ** 20;
  const others = { length: MAX_INCOMPLETE_LENGTH - MB };
  const event = (length: number) => [
    new TextEncoder().encode(`data: ${'x'.repeat(length - 'data: '.length)}`),
    new TextEncoder().encode('\n\n'),
  ];
  const readBeside = async (length: number) => {
    const events: ServerSentEvent[] = [];
    for await (const batch of readServerSentEvents(chunksOf(...event(length)), MAX_EVENT_LENGTH, others))
      events.push(...batch);
    return events.length;
  };
  expect(await readBeside(MB)).toBe(1);
  await expect(readBeside(MB + 1)).rejects.toThrow(MalformedResponseError);
  expect(others.length).toBe(MAX_INCOMPLETE_LENGTH - MB);
  others.length = MAX_INCOMPLETE_LENGTH;
  expect(await readBeside(64 * 1024)).toBe(1);
});
