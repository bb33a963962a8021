import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { hold } from '../support/hold.ts';
import { sendHttp } from '../support/http.ts';
import { connectTo, requestText } from './support/raw-connection.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph({}, { timeouts: { headersMs: 300, requestMs: 600, idleMs: 900 } });
});
afterAll(() => graph.close());

const BODY = '{"query":"{ __typename }"}';

describe('a connection is closed', () => {
  const late =
    /^HTTP\/1.1 408 .*"The headers must arrive within 300 ms and the body within 600 ms".*BAD_USER_INPUT/s;

  test.each([
    ['nothing', '', late],
    ['a part of the headers', 'POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\n', late],
    ['a part of the body', requestText(BODY.slice(0, 5), {}, BODY.length), late],
    [
      'no HTTP',
      'HELO example.com\r\n\r\n',
      /^HTTP\/1.1 400 .*"The request is not valid HTTP".*BAD_USER_INPUT/s,
    ],
  ])('after the client has sent %s', async (_, text, response) => {
    const connection = await connectTo(graph.url);
    connection.write(text);
    expect(await connection.closed).toMatch(response);
  });

  test('if a later request does not become complete', async () => {
    const connection = await connectTo(graph.url);
    connection.write(requestText(BODY));
    await connection.received(/{"data":{"__typename":"Query"}}/);
    connection.write('POST /graphql HTTP/1.1\r\n');
    expect(await connection.closed).toMatch(/"Query"}}$/);
  });

  test('if nothing is read and nothing is sent for long', async () => {
    const held = hold(graph, () => true);
    const connection = await connectTo(graph.url);
    connection.write(requestText('{"query":"{ assistants { nodes { id } } }"}'));
    await held.arrived(1);
    expect(await connection.closed).toBe('');
    held.release();
  });
});

test('a request that takes its time within the limits is served', async () => {
  const connection = await connectTo(graph.url);
  const [first, second] = [requestText(BODY).slice(0, -10), requestText(BODY).slice(-10)];
  connection.write(first);
  // The server has read the first part when it responds to a request that was sent later.
  await sendHttp(graph.url, { headers: { 'content-type': 'application/json' }, body: BODY });
  connection.write(second);
  await connection.received(/{"data":{"__typename":"Query"}}/);
  await connection.close();
});

describe('the headers of a request', () => {
  const send = async (headers: Record<string, string>) => {
    const connection = await connectTo(graph.url);
    connection.write(requestText(BODY, { ...headers, connection: 'close' }));
    return connection.closed;
  };
  // Four headers are always there.
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count - 4 }, (_, index) => [`x-${index}`, 'x']));

  test('may be 100', async () => {
    expect(await send(many(100))).toMatch(/^HTTP\/1.1 200 /);
    expect(await send(many(101))).toMatch(
      /^HTTP\/1.1 431 .*"A request must have at most 100 headers".*BAD_USER_INPUT/s,
    );
  });

  test('may be 16 KB long', async () => {
    const rest = Buffer.byteLength(requestText('', { x: '' })) - 'POST /graphql HTTP/1.1\r\n'.length;
    expect(await send({ x: 'x'.repeat(16_384 - rest - 100) })).toMatch(/^HTTP\/1.1 200 /);
    expect(await send({ x: 'x'.repeat(16_384) })).toMatch(
      /^HTTP\/1.1 431 .*"The headers must be at most 16384 bytes long".*BAD_USER_INPUT/s,
    );
  });
});
