/** A naive mercurius with graphql-jit and undici: a GET for each object, as it is selected. */
import Fastify from 'fastify';
import mercurius from 'mercurius';
import { createGet } from './get.mjs';
import { createResolvers, typeDefs } from './naive-schema.mjs';
import { reportUsage } from './usage.mjs';

const app = Fastify();
app.register(mercurius, { schema: typeDefs, resolvers: createResolvers(createGet(process.argv[2])), jit: 1 });
await app.listen({ port: 0, host: '127.0.0.1' });
reportUsage({ url: `http://127.0.0.1:${app.server.address().port}/graphql` });
