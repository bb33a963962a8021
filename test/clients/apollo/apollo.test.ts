import {
  ApolloClient,
  type ApolloLink,
  CombinedGraphQLErrors,
  HttpLink,
  InMemoryCache,
} from '@apollo/client';
import { BatchHttpLink } from '@apollo/client/link/batch-http';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { graphql } from '../gql-tada/graphql.ts';
import { Latest } from '../latest.ts';
import { createAssistants, createThread, startRun, submitOutput } from '../objects.ts';
import { type Server, startServer } from '../server.ts';
import { createApollo } from './client.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

const CreateMessage = graphql(`
  mutation CreateMessage($threadId: ID!, $content: String!) {
    createMessage(input: { threadId: $threadId, content: $content }) { message { id text } }
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

test('relayStylePagination merges pages on both sides', async () => {
  const threadId = await createThread(server.url, ['1', '2', '3', '4']);
  const client = createApollo(server);
  const chat = client.watchQuery({ query: ReadChat, variables: { threadId, last: 2 } });
  const shown = new Latest<{ texts: unknown[]; start: string | null; end: string | null }>();
  const subscription = chat.subscribe(({ data, dataState }) => {
    if (dataState !== 'complete' || !data.thread?.messages) return;
    const { edges, pageInfo } = data.thread.messages;
    const texts = edges.map(({ node }) => node?.text);
    shown.show({ texts, start: pageInfo.startCursor, end: pageInfo.endCursor });
  });
  onTestFinished(() => subscription.unsubscribe());
  const newest = await shown.until(() => true);
  expect(newest.texts).toEqual(['3', '4']);

  // Variables that are not set here keep the values that they had.
  await chat.fetchMore({ variables: { last: 10, before: newest.start } });
  const all = await shown.until(({ texts }) => texts.length > 2);
  expect(all.texts).toEqual(['1', '2', '3', '4']);

  await client.mutate({ mutation: CreateMessage, variables: { threadId, content: '5' } });
  await chat.fetchMore({ variables: { last: null, first: 10, after: all.end } });
  const more = await shown.until(({ texts }) => texts.length > 4);
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

/** Creates assistants named 1 to 5, and shows the second and the third. */
async function showAssistants() {
  const assistants = await createAssistants(server.url, ['1', '2', '3', '4', '5']);
  const client = createApollo(server);
  const after = assistants[0]?.cursor ?? null;
  const list = client.watchQuery({ query: ListAssistants, variables: { first: 2, after } });
  const shown = new Latest<{ names: unknown[]; end: string | null }>();
  const subscription = list.subscribe(({ data, dataState }) => {
    if (dataState !== 'complete' || !data.assistants) return;
    const { edges, pageInfo } = data.assistants;
    shown.show({ names: edges.map(({ node }) => node?.name), end: pageInfo.endCursor });
  });
  onTestFinished(() => subscription.unsubscribe());
  const { end } = await shown.until(({ names }) => names.join() === '2,3');
  return { client, third: assistants[2]?.id ?? '', list, shown, end };
}

const RenameAssistant = graphql(`
  mutation RenameAssistant($id: ID!, $name: String!) {
    modifyAssistant(input: { id: $id, name: $name }) { assistant { id name } }
  }
`);

test('an assistant that a mutation returns is updated in a list', async () => {
  const { client, third, shown } = await showAssistants();
  await client.mutate({ mutation: RenameAssistant, variables: { id: third, name: 'III' } });
  const { names } = await shown.until(({ names }) => names[1] !== '3');
  expect(names).toEqual(['2', 'III']);
});

const DeleteAssistant = graphql(`
  mutation DeleteAssistant($id: ID!) {
    deleteAssistant(input: { id: $id }) { deletedId }
  }
`);

test('an assistant that is evicted leaves the list, which goes on behind it', async () => {
  const { client, third, list, shown, end } = await showAssistants();
  await client.mutate({
    mutation: DeleteAssistant,
    variables: { id: third },
    update(cache, { data }) {
      const id = data?.deleteAssistant?.deletedId ?? '';
      cache.evict({ id: cache.identify({ __typename: 'Assistant', id }) ?? '' });
    },
  });
  const rest = await shown.until(({ names }) => !names.includes('3'));
  expect(rest.names).toEqual(['2']);
  await list.fetchMore({ variables: { first: 5, after: end } });
  const more = await shown.until(({ names }) => names.length > 1);
  expect(more.names).toEqual(['2', '4', '5']);
});

const Tools = graphql(`
  fragment Tools on Assistant { tools { ...Tool } }
  fragment Tool on AssistantTool { type }
`);

test('a fragment on an interface is read from the cache', async () => {
  const client = createApollo(server);
  const { data } = await client.mutate({
    mutation: graphql(`
      mutation CreateRetriever {
        createAssistant(input: { model: "offline", tools: [{ builtIn: RETRIEVAL }] }) {
          assistant { id tools { type } }
        }
      }
    `),
  });
  const from = { __typename: 'Assistant', id: data?.createAssistant?.assistant.id ?? '' };
  const cached = client.readFragment({ from, fragment: Tools, fragmentName: 'Tools' });
  expect(cached?.tools).toMatchObject([{ type: 'RETRIEVAL' }]);
});

test('a rejected mutation rejects its promise; with errorPolicy "all", its result has null and the error', async () => {
  const variables = { threadId: await createThread(server.url, []), content: '' };
  const client = createApollo(server);
  const error: unknown = await client
    .mutate({ mutation: CreateMessage, variables })
    .catch((reason) => reason);
  if (!CombinedGraphQLErrors.is(error)) throw error;
  expect(error.errors).toMatchObject([
    { path: ['createMessage'], extensions: { code: 'BAD_USER_INPUT', argument: 'input.content' } },
  ]);
  const result = await client.mutate({ mutation: CreateMessage, variables, errorPolicy: 'all' });
  expect(result.data).toEqual({ createMessage: null });
  expect(CombinedGraphQLErrors.is(result.error)).toBe(true);
});

const LookUps = graphql(`
  query LookUps($id: ID!, $gone: ID!) { assistant(id: $id) { id name } missing: assistant(id: $gone) { id name } }
`);

test('a query of which a part fails rejects; with errorPolicy "all", it returns the other parts', async () => {
  const [assistant] = await createAssistants(server.url, ['Guide']);
  const options = { query: LookUps, variables: { id: assistant?.id ?? '', gone: 'asst_gone' } };
  const client = createApollo(server);
  const error: unknown = await client.query(options).catch((reason) => reason);
  expect(CombinedGraphQLErrors.is(error)).toBe(true);
  const result = await client.query({ ...options, errorPolicy: 'all' });
  expect(result.data).toEqual({ assistant: expect.objectContaining({ name: 'Guide' }), missing: null });
  if (!CombinedGraphQLErrors.is(result.error)) throw result.error;
  expect(result.error.errors).toMatchObject([{ path: ['missing'], extensions: { code: 'NOT_FOUND' } }]);
});

const RunStatus = graphql('subscription RunStatus($id: ID!) { runStatus(id: $id) { id status } }');

test('a link that batches, or sends a subscription as a query, shows why that fails', async () => {
  const { url: uri } = server;
  const clientOf = (link: ApolloLink) => new ApolloClient({ cache: new InMemoryCache(), link });
  const batching = clientOf(new BatchHttpLink({ uri }));
  const batch = await Promise.allSettled(
    ['asst_1', 'asst_2'].map((id) => batching.query({ query: LookUps, variables: { id, gone: id } })),
  );
  const refused = 'Batching is not supported: send each operation in a request of its own';
  expect(batch).toMatchObject([{ reason: { message: refused } }, { reason: { message: refused } }]);

  const shown = new Latest<unknown>();
  const variables = { id: await startRun(server.url) };
  clientOf(new HttpLink({ uri })).subscribe({ query: RunStatus, variables }).subscribe(shown.show);
  expect(await shown.until(() => true)).toMatchObject({
    error: { message: 'Subscriptions must be requested with `accept: text/event-stream`' },
  });
});

const ReadRun = graphql('query ReadRun($id: ID!) { node(id: $id) { __typename id ... on Run { status } } }');

test('a subscription over a WebSocket updates the run on display', async () => {
  const client = createApollo(server);
  const id = await startRun(server.url);
  const shown = new Latest<string | undefined>();
  const query = client.watchQuery({ query: ReadRun, variables: { id } }).subscribe(({ data, dataState }) => {
    if (dataState === 'complete' && data.node?.__typename === 'Run') shown.show(data.node.status);
  });
  onTestFinished(() => query.unsubscribe());
  await shown.until(() => true);
  const subscription = client.subscribe({ query: RunStatus, variables: { id } }).subscribe(() => {});
  onTestFinished(() => subscription.unsubscribe());

  await shown.until((status) => status === 'REQUIRES_ACTION');
  await submitOutput(server.url, id);
  await shown.until((status) => status === 'COMPLETED');
});
