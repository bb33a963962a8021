import { commitMutation, fetchQuery } from 'react-relay';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAssistants } from '../objects.ts';
import { type Server, startServer } from '../server.ts';
import type { assistantsDeleteMutation } from './__generated__/assistantsDeleteMutation.graphql.ts';
import type { assistantsLookUpsQuery } from './__generated__/assistantsLookUpsQuery.graphql.ts';
import type { assistantsThrowingQuery } from './__generated__/assistantsThrowingQuery.graphql.ts';
import { deleteAssistant, lookUps, throwing, useAssistants } from './assistants.ts';
import { createRelay } from './environment.ts';
import { render } from './render.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** Creates assistants named 1 to 5, and shows the second and the third. */
async function showAssistants() {
  const assistants = await createAssistants(server.url, ['1', '2', '3', '4', '5']);
  const environment = createRelay(server);
  const after = assistants[0]?.cursor;
  const list = render(environment, () => useAssistants({ first: 2, after, order: 'ASC' }));
  return { environment, assistants, list };
}

test('a list that starts in the middle is loaded in both directions', async () => {
  const { list } = await showAssistants();
  const middle = await list.until(({ names }) => names !== undefined);
  expect(middle).toMatchObject({ names: ['2', '3'], hasNext: true, hasPrevious: true });
  middle.loadNext(1);
  const end = await list.until(({ names }) => names?.length === 3);
  expect(end).toMatchObject({ names: ['2', '3', '4'], hasNext: true });
  end.loadPrevious(1);
  const all = await list.until(({ names }) => names?.length === 4);
  expect(all).toMatchObject({ names: ['1', '2', '3', '4'] });
});

test('a list is refetched in another order, and goes on in that order', async () => {
  const { list } = await showAssistants();
  const first = await list.until(({ names }) => names !== undefined);
  expect(first.names).toEqual(['2', '3']);
  first.refetch({ order: 'DESC', after: null });
  const last = await list.until(({ names }) => names?.[0] !== '2');
  expect(last.names).toEqual(['5', '4']);
  last.loadNext(1);
  const more = await list.until(({ names }) => names?.length === 3);
  expect(more.names).toEqual(['5', '4', '3']);
});

test('a deleted assistant is null in the list, which goes on behind it', async () => {
  const { environment, assistants, list } = await showAssistants();
  await list.until(({ names }) => names?.length === 2);
  commitMutation<assistantsDeleteMutation>(environment, {
    mutation: deleteAssistant,
    variables: { id: assistants[2]?.id ?? '' },
  });
  const rest = await list.until(({ names }) => names?.[1] !== '3');
  expect(rest).toMatchObject({ names: ['2', null], hasNext: true });
  rest.loadNext(5);
  const more = await list.until(({ names }) => names?.length !== 2);
  expect(more).toMatchObject({ names: ['2', null, '4', '5'], hasNext: false });
});

test('with @throwOnFieldError, fields that can fail have types without null, and their errors are thrown', async () => {
  const [assistant] = await createAssistants(server.url, ['Guide']);
  const environment = createRelay(server);
  const read = (id: string) => fetchQuery<assistantsThrowingQuery>(environment, throwing, { id }).toPromise();
  const data = await read(assistant?.id ?? '');
  expect(data?.assistant.files.edges.map(({ node }) => node.restId)).toEqual([]);
  await expect(read('asst_gone')).rejects.toThrow('Unexpected response payload');
});

test('a part of a query that fails is null, or with @catch, its error', async () => {
  const [assistant] = await createAssistants(server.url, ['Guide']);
  const variables = { id: assistant?.id ?? '', gone: 'asst_gone' };
  const query = fetchQuery<assistantsLookUpsQuery>(createRelay(server), lookUps, variables);
  expect(await query.toPromise()).toMatchObject({
    assistant: { name: 'Guide' },
    missing: null,
    caught: { ok: false, errors: [{ extensions: { code: 'NOT_FOUND' } }] },
  });
});
