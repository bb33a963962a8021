import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { graphql } from '../gql-tada/graphql.ts';
import { Latest } from '../latest.ts';
import { createAssistants, createThread, startRun, submitOutput } from '../objects.ts';
import { type Server, startServer } from '../server.ts';
import { createUrql } from './client.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const CreateMessage = graphql(`
  mutation CreateMessage($threadId: ID!, $content: String!) {
    createMessage(input: { threadId: $threadId, content: $content }) { messageEdge { cursor node { id text } } }
  }
`);

const ReadChat = graphql(`
  query ReadChat($threadId: ID!, $first: Int, $after: String, $last: Int, $before: String) {
    thread(id: $threadId) {
      id
      messages(first: $first, after: $after, last: $last, before: $before, order: ASC) {
        edges { node { id text } }
        pageInfo { hasPreviousPage hasNextPage startCursor endCursor }
      }
    }
  }
`);

test('relayPagination merges pages on both sides', async () => {
  const threadId = await createThread(server.url, ['1', '2', '3', '4']);
  const urql = await createUrql(server);
  const read = async (page: { first?: number; after?: string; last?: number; before?: string }) => {
    const { data, error } = await urql.query(ReadChat, { threadId, ...page });
    if (error) throw error;
    const { edges = [], pageInfo } = data?.thread?.messages ?? {};
    const texts = edges.map(({ node }) => node?.text);
    return { texts, start: pageInfo?.startCursor ?? '', end: pageInfo?.endCursor ?? '' };
  };
  const newest = await read({ last: 2 });
  expect(newest.texts).toEqual(['3', '4']);
  const all = await read({ last: 10, before: newest.start });
  expect(all.texts).toEqual(['1', '2', '3', '4']);
  await urql.mutation(CreateMessage, { threadId, content: '5' });
  const more = await read({ first: 10, after: all.end });
  expect(more.texts).toEqual(['1', '2', '3', '4', '5']);
});

const ListAssistants = graphql(`
  query ListAssistants($first: Int, $after: String) {
    assistants(first: $first, after: $after, order: ASC) {
      edges { node { id name } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

/** Creates assistants named 1 to 5, and reads the second and the third. */
async function listAssistants() {
  const assistants = await createAssistants(server.url, ['1', '2', '3', '4', '5']);
  const urql = await createUrql(server);
  const list = async (first: number, after: string) => {
    const { data, error } = await urql.query(ListAssistants, { first, after });
    if (error) throw error;
    const names = data?.assistants?.edges.map(({ node }) => node?.name ?? null);
    return { names, end: data?.assistants?.pageInfo.endCursor ?? '' };
  };
  const again = () => list(2, assistants[0]?.cursor ?? '');
  const { names, end } = await again();
  expect(names).toEqual(['2', '3']);
  return { urql, third: assistants[2]?.id ?? '', list, again, end };
}

const RenameAssistant = graphql(`
  mutation RenameAssistant($id: ID!, $name: String!) {
    modifyAssistant(input: { id: $id, name: $name }) { assistant { id name } }
  }
`);

test('an assistant that a mutation returns is updated in a list', async () => {
  const { urql, third, again } = await listAssistants();
  await urql.mutation(RenameAssistant, { id: third, name: 'III' });
  expect(await again()).toMatchObject({ names: ['2', 'III'] });
});

const DeleteAssistant = graphql(`
  mutation DeleteAssistant($id: ID!) {
    deleteAssistant(input: { id: $id }) { deletedId }
  }
`);

test('a list is read again after one of its assistants was invalidated, and goes on behind it', async () => {
  const { urql, third, list, again, end } = await listAssistants();
  await urql.mutation(DeleteAssistant, { id: third });
  expect(await again()).toMatchObject({ names: ['2', '4'] });
  expect(await list(5, end)).toMatchObject({ names: ['2', '4', '5'] });
});

const CreateRetriever = graphql(`
  mutation CreateRetriever {
    createAssistant(input: { model: "offline", tools: [{ builtIn: RETRIEVAL }] }) {
      assistant { id tools { ...Tool } }
    }
  }
  fragment Tool on AssistantTool { type }
`);
const ReadTools = graphql(`
  query ReadTools($id: ID!) {
    node(id: $id) { id ... on Assistant { tools { ...Tool } } }
  }
  fragment Tool on AssistantTool { type }
`);

test('a fragment on an interface is read from the cache', async () => {
  const urql = await createUrql(server);
  const { data } = await urql.mutation(CreateRetriever, {});
  const id = data?.createAssistant?.assistant.id ?? '';
  const cached = await urql.query(ReadTools, { id });
  expect(cached.data?.node).toMatchObject({ tools: [{ type: 'RETRIEVAL' }] });
});

test('a rejected mutation is a result with null and the error', async () => {
  const urql = await createUrql(server);
  const variables = { threadId: await createThread(server.url, []), content: '' };
  const { data, error } = await urql.mutation(CreateMessage, variables);
  expect(data).toEqual({ createMessage: null });
  expect(error?.graphQLErrors).toMatchObject([
    { path: ['createMessage'], extensions: { code: 'BAD_USER_INPUT', argument: 'input.content' } },
  ]);
});

const LookUps = graphql(`
  query LookUps($id: ID!, $gone: ID!) { assistant(id: $id) { id name } missing: assistant(id: $gone) { id name } }
`);

test('a query of which a part fails is a result with the other parts and the error', async () => {
  const [assistant] = await createAssistants(server.url, ['Guide']);
  const urql = await createUrql(server);
  const { data, error } = await urql.query(LookUps, { id: assistant?.id ?? '', gone: 'asst_gone' });
  expect(data).toMatchObject({ assistant: { name: 'Guide' }, missing: null });
  expect(error?.graphQLErrors).toMatchObject([{ path: ['missing'], extensions: { code: 'NOT_FOUND' } }]);
});

const ReadRun = graphql('query ReadRun($id: ID!) { node(id: $id) { __typename id ... on Run { status } } }');
const RunStatus = graphql('subscription RunStatus($id: ID!) { runStatus(id: $id) { id status } }');

test('a subscription over server-sent events updates the run on display', async () => {
  const urql = await createUrql(server);
  const id = await startRun(server.url);
  const shown = new Latest<string | undefined>();
  const query = urql.query(ReadRun, { id }).subscribe(({ data }) => {
    if (data?.node?.__typename === 'Run') shown.show(data.node.status);
  });
  onTestFinished(query.unsubscribe);
  await shown.until(() => true);
  const subscription = urql.subscription(RunStatus, { id }).subscribe(() => {});
  onTestFinished(subscription.unsubscribe);

  await shown.until((status) => status === 'REQUIRES_ACTION');
  await submitOutput(server.url, id);
  await shown.until((status) => status === 'COMPLETED');
});
