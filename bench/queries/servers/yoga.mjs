/**
 * A naive graphql-yoga with fetch: a GET for each object, as it is selected. Its schema is made from SDL: one by Pothos without
 * plugins would be the same GraphQLSchema.
 */
import { createServer } from 'node:http';
import { createSchema, createYoga } from 'graphql-yoga';
import { createResolvers, typeDefs } from './naive-schema.mjs';
import { reportUsage } from './usage.mjs';

const upstreamUrl = process.argv[2];
const headers = { accept: 'application/json', authorization: 'Bearer key', 'openai-beta': 'assistants=v1' };
const resolvers = createResolvers(async (path) => {
  const response = await fetch(upstreamUrl + path, { headers });
  const json = await response.json();
  if (!response.ok) throw new Error(json.error.message);
  return json;
});
const server = createServer(createYoga({ schema: createSchema({ typeDefs, resolvers }), logging: false }));
server.listen(0, '127.0.0.1', () =>
  reportUsage({ url: `http://127.0.0.1:${server.address().port}/graphql` }),
);
