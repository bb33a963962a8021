import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { createWaitingRun, createWorld } from '../support/world.ts';

let graph: Graph;
let assistantId: string;
beforeAll(async () => {
  graph = await startGraph({ UPSTREAM_STREAMING: 'off' });
  ({ assistantId } = await createWorld(graph.localUrl));
});
afterAll(() => graph.close());

test('runStatus ends with an error if the run can no longer be watched', async () => {
  const run = await createWaitingRun(graph.localUrl, assistantId);
  const response = await fetch(graph.url, {
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify({
      query: `subscription { runStatus(id: "${run.thread_id}/${run.id}") { status } }`,
    }),
  });
  // A proxy that buffers would hold events back.
  expect(response.headers.get('x-accel-buffering')).toBe('no');
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const isFirst = !text.includes('REQUIRES_ACTION');
    text += chunk;
    if (!isFirst || !text.includes('REQUIRES_ACTION')) continue;
    graph.upstream.intercept = ({ operation }, upstreamResponse) =>
      /getRun|listRuns/.test(operation ?? '') && Boolean(upstreamResponse.writeHead(404).end('{}'));
    // Makes the next poll come at once.
    await graph.send(
      `mutation { modifyRun(input: { id: "${run.thread_id}/${run.id}", metadata: {} }) { run { id } } }`,
    );
  }
  graph.upstream.intercept = undefined;
  const results = [...text.matchAll(/^data: (\{.*)$/gm)].map(([, data = '']) => JSON.parse(data));
  expect(results).toMatchObject([
    { data: { runStatus: { status: 'REQUIRES_ACTION' } } },
    { data: null, errors: [{ extensions: { code: 'NOT_FOUND' } }] },
  ]);
  expect(text).toMatch(/event: complete\n/);
});
