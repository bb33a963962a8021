/** A rival: graphql-yoga with graphql-ws, as its documentation combines them, and a subscription that polls for each subscriber. */
import { createServer } from 'node:http';
import { useServer } from 'graphql-ws/use/ws';
import { createSchema, createYoga } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { pollRun } from './poll-run.mjs';
import { reportUsage } from './usage.mjs';

const [upstream] = process.argv.slice(2);
const schema = createSchema({
  typeDefs:
    'type Query { _: Int } type Subscription { runEvents(id: ID!): RunEvent } type RunEvent { text: String }',
  resolvers: {
    Subscription: {
      runEvents: {
        async *subscribe(_, { id }) {
          for await (const text of pollRun(upstream, id)) yield { runEvents: { text } };
        },
      },
    },
  },
});
const yoga = createYoga({ schema, logging: false });
const server = createServer(yoga);
const execute = (args) => args.rootValue.execute(args);
useServer(
  {
    execute,
    subscribe: (args) => args.rootValue.subscribe(args),
    async onSubscribe(ctx, _id, params) {
      const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
        ...ctx,
        req: ctx.extra.request,
        socket: ctx.extra.socket,
        params,
      });
      const args = {
        schema,
        operationName: params.operationName,
        document: parse(params.query),
        variableValues: params.variables,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe },
      };
      const errors = validate(args.schema, args.document);
      return errors.length > 0 ? errors : args;
    },
  },
  new WebSocketServer({ server, path: yoga.graphqlEndpoint }),
);
server.listen(0, '127.0.0.1', () =>
  reportUsage({ url: `http://127.0.0.1:${server.address().port}/graphql` }),
);
