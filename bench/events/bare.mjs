/** A rival: graphql-ws over a schema of one field, which reads the stub's streams and resolves each event for each subscriber. */
import { EventEmitter, on } from 'node:events';
import { createServer } from 'node:http';
import { buildSchema } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { reportUsage } from './usage.mjs';

const [upstream] = process.argv.slice(2);
const schema = buildSchema(
  'type Query { _: Int } type Subscription { runEvents(id: ID!): RunEvent } type RunEvent { text: String }',
);
/** Each run is an event, with its text. */
const bus = new EventEmitter().setMaxListeners(0);
schema.getSubscriptionType().getFields().runEvents.subscribe = async function* (_, { id }) {
  for await (const [text] of on(bus, id)) yield { runEvents: { text } };
};

/** POST starts a run, in the thread of the path, and responds with its ID. */
const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const stream = await fetch(`${upstream}${request.url}`, { method: 'POST', body: Buffer.concat(chunks) });
  let buffered = '';
  let id;
  for await (const chunk of stream.body.pipeThrough(new TextDecoderStream())) {
    buffered += chunk;
    for (let end = buffered.indexOf('\n\n'); end >= 0; end = buffered.indexOf('\n\n')) {
      const data = buffered.slice(0, end).split('data: ')[1];
      const isDelta = buffered.startsWith('event: thread.message.delta');
      if (buffered.startsWith('event: thread.run.created')) {
        id = JSON.parse(data).id;
        response.end(id);
      }
      buffered = buffered.slice(end + 2);
      if (isDelta) bus.emit(id, JSON.parse(data).delta.content[0].text.value);
    }
  }
});
useServer({ schema }, new WebSocketServer({ server, path: '/graphql' }));
server.listen(0, '127.0.0.1', () =>
  reportUsage({ url: `http://127.0.0.1:${server.address().port}/graphql` }),
);
