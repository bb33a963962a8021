import { afterAll, beforeAll, expect, test } from 'vitest';
import { graphql } from '../gql-tada/graphql.ts';
import { createAssistants, startRun, submitOutput } from '../objects.ts';
import { type Server, startServer } from '../server.ts';
import { send } from './send.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const ReadAssistant = graphql('query ReadAssistant($id: ID!) { assistant(id: $id) { name } }');

test('a POST with JSON returns data, or null with an error', async () => {
  const [assistant] = await createAssistants(server.url, ['Guide']);
  expect(await send(server.url, ReadAssistant, { id: assistant?.id ?? '' })).toEqual({
    status: 200,
    data: { assistant: { name: 'Guide' } },
  });
  expect(await send(server.url, ReadAssistant, { id: 'asst_gone' })).toMatchObject({
    status: 200,
    data: { assistant: null },
    errors: [{ path: ['assistant'], extensions: { code: 'NOT_FOUND' } }],
  });
});

test('a query can be a URL', async () => {
  const response = await fetch(`${server.url}?query={__typename}`);
  expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
});

test('the body of a response delivers a subscription as server-sent events', async () => {
  const id = await startRun(server.url);
  const query = 'subscription ($id: ID!) { runStatus(id: $id) { status } }';
  const { body } = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query, variables: { id } }),
  });
  let events = '';
  let isSubmitted = false;
  for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
    events += text;
    if (isSubmitted || !events.includes('REQUIRES_ACTION')) continue;
    isSubmitted = true;
    await submitOutput(server.url, id);
  }
  const results = [...events.matchAll(/^event: next\ndata: (.*)$/gm)].map(([, json = '']) =>
    JSON.parse(json),
  );
  expect(results.at(-1)).toEqual({ data: { runStatus: { status: 'COMPLETED' } } });
  expect(events).toMatch(/^event: complete$/m);
});
