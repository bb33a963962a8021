import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Graph, startGraph } from '../support/graph.ts';
import { samples, type Wire } from './samples.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterEach(() => {
  graph.upstream.intercept = undefined;
});
afterAll(() => graph.close());

const page = (data: readonly Wire[]) => JSON.stringify({ data, has_more: false });

test.each([
  ['left out', 1, undefined],
  ['null', 1, null],
  ['without a valid id', 1, [5, '']],
  ['empty', 0, []],
])('with file_ids %s, the list of files costs %i calls', async (_, calls, file_ids) => {
  const assistant = { ...samples.Assistant, file_ids };
  graph.upstream.intercept = ({ operation }, response) =>
    Boolean(response.end(operation === 'listAssistants' ? page([assistant]) : page([samples.AssistantFile])));
  const names = await graph.callsDuring(async () => {
    const data = await graph.data('{ assistants { nodes { fileIds files { nodes { restId } } } } }');
    const nodes = calls === 1 ? [{ restId: samples.AssistantFile.id }] : [];
    expect(data).toEqual({ assistants: { nodes: [{ fileIds: [], files: { nodes } }] } });
  });
  expect(names).toEqual(['listAssistants', ...Array(calls).fill('listAssistantFiles')]);
});
