import type { ResultOf, VariablesOf } from 'gql.tada';
import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest';
import { data } from '../plain-fetch/send.ts';
import { type Server, startServer } from '../server.ts';
import { graphql } from './graphql.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const CreateAssistant = graphql(`
  mutation CreateAssistant($input: CreateAssistantInput!) {
    createAssistant(input: $input) {
      assistant { metadata description tools { __typename type ... on FunctionTool { name } } }
    }
  }
`);

test('a document has the types of its data and variables, without generated operations', async () => {
  const input = { model: 'offline', metadata: { team: 'docs' }, tools: [{ function: { name: 'alpha' } }] };
  const { createAssistant } = await data(server.url, CreateAssistant, { input });
  expect(createAssistant?.assistant).toEqual({
    metadata: { team: 'docs' },
    description: null,
    tools: [{ __typename: 'FunctionTool', type: 'FUNCTION', name: 'alpha' }],
  });

  type Assistant = NonNullable<ResultOf<typeof CreateAssistant>['createAssistant']>['assistant'];
  expectTypeOf<Assistant['metadata']>().toEqualTypeOf<Record<string, string>>();
  expectTypeOf<Assistant['description']>().toEqualTypeOf<string | null>();
  type Tool = Assistant['tools'][number];
  expectTypeOf<Extract<Tool, { __typename: 'FunctionTool' }>['name']>().toEqualTypeOf<string>();
  type Input = VariablesOf<typeof CreateAssistant>['input'];
  expectTypeOf<Input['model']>().toEqualTypeOf<string>();
  expectTypeOf<{ name: string }>().not.toExtend<Input>();
});
