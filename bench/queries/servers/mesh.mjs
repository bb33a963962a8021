/**
 * GraphQL Mesh over an OpenAPI description, which is made from the table of operations and the objects of the stub. Its graph is
 * flat, a field for each operation, so that it serves the workloads of which all calls are known at once.
 */
import { createServer } from 'node:http';
import { loadGraphQLSchemaFromOpenAPI } from '@omnigraph/openapi';
import { createYoga } from 'graphql-yoga';
import { operations } from '../../../dist/rest/operations.js';
import { assistant, message, run, runStep, thread } from '../objects.mjs';
import { reportUsage } from './usage.mjs';

const SAMPLES = {
  '/assistants': assistant(1),
  '/threads/{thread_id}': thread('thread_1'),
  '/threads/{thread_id}/messages': message('thread_1', 1, 'run_1'),
  '/threads/{thread_id}/runs': run('thread_1', 1),
  '/threads/{thread_id}/runs/{run_id}/steps': runStep('thread_1', 'run_1', 1),
};

const endpoint = process.argv[2];
const schema = await loadGraphQLSchemaFromOpenAPI('assistants', {
  source: describe(),
  endpoint,
  operationHeaders: { authorization: 'Bearer key', 'openai-beta': 'assistants=v1' },
});
const server = createServer(createYoga({ schema, logging: false }));
server.listen(0, '127.0.0.1', () =>
  reportUsage({ url: `http://127.0.0.1:${server.address().port}/graphql` }),
);

function describe() {
  const paths = {};
  for (const [operationId, { method, path, kind, idNames }] of Object.entries(operations)) {
    const sample = SAMPLES[path] ?? SAMPLES[path.replace(/\/\{\w+\}$/, '')];
    if (method !== 'GET' || sample === undefined) continue;
    const own = schemaOf(sample, operationId);
    const result =
      kind === 'list' ? { type: 'object', properties: { data: { type: 'array', items: own } } } : own;
    paths[path] = {
      get: {
        operationId,
        parameters: [
          ...idNames.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
          ...(kind === 'list' ? [query('limit', 'integer'), query('after', 'string')] : []),
        ],
        responses: { 200: { description: 'ok', content: { 'application/json': { schema: result } } } },
      },
    };
  }
  return {
    openapi: '3.0.0',
    info: { title: 'assistants', version: '1' },
    servers: [{ url: endpoint }],
    paths,
  };
}

function query(name, type) {
  return { name, in: 'query', schema: { type } };
}

/** The JSON Schema of a sample. Its metadata is any JSON. */
function schemaOf(value, key) {
  if (value === null || key === 'metadata' || key === 'parameters') return { nullable: true };
  if (Array.isArray(value))
    return { type: 'array', items: value.length > 0 ? schemaOf(value[0]) : { type: 'string' } };
  if (typeof value !== 'object') return { type: typeof value };
  const properties = Object.entries(value).map(([name, inner]) => [name, schemaOf(inner, name)]);
  return { type: 'object', properties: Object.fromEntries(properties) };
}
