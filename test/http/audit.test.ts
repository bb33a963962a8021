import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

/** The list of audits does not depend on the address. */
const audits = serverAudits({ url: () => graph.url, fetchFn: fetch });

test.each(audits)('GraphQL over HTTP: $name', async (audit) => {
  expect(await audit.fn()).toMatchObject({ status: 'ok' });
});
