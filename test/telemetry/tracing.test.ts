/** Spans as an SDK of OpenTelemetry gets them. */
import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { connect } from '../events/support/raw-socket.ts';
import { type Graph, startGraph } from '../support/graph.ts';
import { poll } from '../support/poll.ts';

const exporter = new InMemorySpanExporter();
const spans = () => exporter.getFinishedSpans();
const operationSpans = () =>
  poll(
    async () => spans().filter(({ name }) => name.startsWith('graphql')),
    ({ length }) => length > 0,
  );

let graph: Graph;
beforeAll(async () => {
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  );
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  );
  graph = await startGraph();
});
afterEach(() => exporter.reset());
afterAll(async () => {
  trace.disable();
  propagation.disable();
  context.disable();
  await graph.close();
});

test('an operation has a span, and each REST call one below it', async () => {
  await graph.send('query Read { assistants { nodes { id } } thread(id: "thread_0") { createdAt } }');
  const [operation] = await operationSpans();
  expect(operation).toMatchObject({
    name: 'graphql query',
    kind: SpanKind.SERVER,
    attributes: {
      'graphql.operation.type': 'query',
      'graphql.operation.name': 'Read',
      'error.type': 'NOT_FOUND',
    },
    status: { code: SpanStatusCode.ERROR },
  });
  const calls = spans().filter(({ kind }) => kind === SpanKind.CLIENT);
  expect(calls.map(({ name, attributes }) => [name, attributes['http.response.status_code']]).sort()).toEqual(
    [
      ['GET /assistants', 200],
      ['GET /threads/{thread_id}', 404],
    ],
  );
  for (const { parentSpanContext } of calls) expect(parentSpanContext).toEqual(operation?.spanContext());
});

test('a trace comes from the client and goes on to the upstream, without the baggage of the client', async () => {
  graph.upstream.calls.length = 0;
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01`, baggage: 'user=alice' };
  await graph.send('{ assistants { nodes { id } } }', {}, headers);
  const [operation] = await operationSpans();
  expect(operation?.spanContext().traceId).toBe(traceId);
  const [call] = spans().filter(({ kind }) => kind === SpanKind.CLIENT);
  const [sent] = graph.upstream.calls;
  expect(sent?.headers.traceparent).toBe(`00-${traceId}-${call?.spanContext().spanId}-01`);
  expect(sent?.headers.baggage).toBeUndefined();
});

test('an operation on a WebSocket has a span', async () => {
  const socket = await connect(graph.url);
  socket.subscribe('1', 'query OnSocket { assistants { nodes { id } } }');
  await socket.next();
  expect(await operationSpans()).toMatchObject([{ attributes: { 'graphql.operation.name': 'OnSocket' } }]);
});
