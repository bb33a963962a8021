import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest';
import { createThread } from '../objects.ts';
import { type Server, startServer } from '../server.ts';
import type { AssistantToolInput, TypedDocumentString } from './__generated__/graphql.ts';
import { graphql, readFragment } from './__generated__/index.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** As the guide of the client preset shows it. */
async function execute<Data, Variables>(query: TypedDocumentString<Data, Variables>, variables: Variables) {
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify({ query, variables }),
  });
  const { data }: { data: Data } = await response.json();
  return data;
}

const MessageItem = graphql(`
  fragment MessageItem on Message { text role status metadata }
`);
const ReadChat = graphql(`
  query ReadChat($threadId: ID!) {
    thread(id: $threadId) {
      messages(last: 1, order: ASC) { edges { cursor node { id ...MessageItem } } }
    }
  }
`);

test('a query that plain fetch sends has typed data, and masked fragments', async () => {
  const { thread } = await execute(ReadChat, { threadId: await createThread(server.url, ['1', '2']) });
  const node = thread?.messages?.edges[0]?.node;
  if (!node) throw new Error('The message is missing');
  // @ts-expect-error Only the component that declares the fragment reads its fields.
  node.text;
  const message = readFragment(MessageItem, node);
  expectTypeOf(message).toExtend<{
    text: string;
    role: 'ASSISTANT' | 'UNKNOWN' | 'USER';
    status: 'COMPLETED' | 'INCOMPLETE' | 'IN_PROGRESS' | 'UNKNOWN' | null;
    metadata: Record<string, string>;
  }>();
  expect(message).toMatchObject({ text: '2', role: 'USER', metadata: {} });
});

const CreateAssistant = graphql(`
  mutation CreateAssistant($input: CreateAssistantInput!) {
    createAssistant(input: $input) { assistant { tools { type ... on FunctionTool { name parameters } } } }
  }
`);

test('an input of which exactly one field can be set has a type that says so', async () => {
  const retrieval = { builtIn: 'RETRIEVAL' as const };
  const alpha = { function: { name: 'alpha' } };
  const input = { model: 'offline', tools: [retrieval, alpha] };
  const { createAssistant } = await execute(CreateAssistant, { input });
  expect(createAssistant?.assistant.tools).toEqual([
    { type: 'RETRIEVAL' },
    { type: 'FUNCTION', name: 'alpha', parameters: null },
  ]);
  expectTypeOf<typeof retrieval & typeof alpha>().not.toExtend<AssistantToolInput>();
});
