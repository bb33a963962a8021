/** What tools for schemas say about schema.graphql, and whether it is the schema that clients see. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diff } from '@graphql-inspector/core';
import { ESLint } from 'eslint';
import {
  buildClientSchema,
  buildSchema,
  type GraphQLSchema,
  getIntrospectionQuery,
  type IntrospectionQuery,
  printSchema,
} from 'graphql';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../server.ts';

const ROOT = join(import.meta.dirname, '../../..');
const PATH = join(ROOT, 'schema.graphql');

test('ESLint finds nothing in the schema', async () => {
  const eslint = new ESLint({ cwd: ROOT, overrideConfigFile: join(import.meta.dirname, 'eslint.config.js') });
  const [result] = await eslint.lintFiles(PATH);
  expect(result?.messages).toEqual([]);
});

/** Not all of them by default. */
const DESCRIBED = {
  specifiedByUrl: true,
  directiveIsRepeatable: true,
  schemaDescription: true,
  inputValueDeprecation: true,
  oneOf: true,
};

/** Without the directives on fields, which introspection does not show. */
const comparable = (schema: GraphQLSchema) => buildSchema(printSchema(schema));

test('introspection describes the schema in schema.graphql', async () => {
  const server = await startServer();
  onTestFinished(server.close);
  const query = getIntrospectionQuery(DESCRIBED);
  const response = await fetch(`${server.url}?query=${encodeURIComponent(query)}`);
  const { data }: { data: IntrospectionQuery } = await response.json();
  const described = comparable(buildClientSchema(data));
  expect(await diff(described, comparable(buildSchema(readFileSync(PATH, 'utf8'))))).toEqual([]);
});
