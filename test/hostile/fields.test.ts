import { isNonNullType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NodeType } from '../../src/loaders/node-types.ts';
import { type OperationName, operations } from '../../src/rest/operations.ts';
import { schema } from '../../src/schema/index.ts';
import { type Graph, type GraphError, startGraph } from '../support/graph.ts';
import { type Damage, damages, fieldDamages, inMilliseconds } from './damage.ts';
import { type OperationQuery, operationQueries } from './operation-queries.ts';
import { samples, type Wire, writingStep } from './samples.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

type Shown = Record<string, unknown>;

interface Outcome {
  readonly shown: Shown | null;
  readonly errors: readonly GraphError[];
}

/** Sends the operation with `body` as the upstream response. @returns the value at the operation's path */
async function send(
  { query, path }: OperationQuery,
  body: unknown,
): Promise<{ value: unknown; errors: readonly GraphError[] }> {
  graph.upstream.intercept = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    return true;
  };
  const { status, data, errors } = await graph.send<Shown, object>(query);
  expect(status).toBe(200);
  expect(data).toHaveProperty('__typename');
  return { value: path.reduce<unknown>((value, key) => Object(value)[key] ?? null, data), errors };
}

async function sendObject(operationQuery: OperationQuery, body: unknown): Promise<Outcome> {
  const { value, errors } = await send(operationQuery, body);
  const shown = operationQuery.query.startsWith('mutation') ? Object(value).object : value;
  return { shown: shown ?? null, errors };
}

/** The GraphQL fields that show a REST field, unless there is one and it has the same name in camel case. */
const shownAs: Readonly<Record<string, readonly string[]>> = {
  id: ['id', 'restId', 'deletedId'],
  status: ['status', 'isTerminal'],
  content: ['content', 'text'],
  incomplete_details: ['incompleteReason'],
  step_details: ['details'],
  assistant_id: ['assistantId', 'assistant'],
  thread_id: ['threadId', 'thread', 'id', 'runId', 'run'],
  run_id: ['runId', 'run', 'threadId', 'thread'],
};

function fieldsShowing(restField: string): readonly string[] {
  return shownAs[restField] ?? [restField.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())];
}

/** Whether an object without the REST field is null: a GraphQL field that shows it is not nullable. */
function isRequired(type: NodeType, restField: string): boolean {
  const object = schema.getType(type);
  const fields = isObjectType(object) ? object.getFields() : {};
  return fieldsShowing(restField).some((name) => fields[name] && isNonNullType(fields[name].type));
}

/** What the graph got wrong for a damaged object; undefined if nothing. */
function problemWith(
  type: NodeType,
  intact: Shown,
  damage: Damage,
  { shown, errors }: Outcome,
): string | undefined {
  if (errors.some(({ extensions }) => !['UPSTREAM_ERROR', 'OUTCOME_UNKNOWN'].includes(extensions.code))) {
    return `it has the errors ${JSON.stringify(errors)}`;
  }
  if (shown === null) {
    if (!isRequired(type, damage.field)) return 'the whole object is null';
    return errors.length === 1 ? undefined : `the object is null with ${errors.length} errors`;
  }
  if (shown.restId !== damage.object.id) return `it is shown as ${JSON.stringify(shown.restId)}`;
  const allowed = fieldsShowing(damage.field);
  const changed = Object.keys(intact).filter(
    (name) => JSON.stringify(intact[name]) !== JSON.stringify(shown[name]),
  );
  const unrelated = changed.filter((name) => !allowed.includes(name) && name !== 'id' && name !== 'restId');
  return unrelated.length > 0 ? `${unrelated.join(', ')} changed as well` : undefined;
}

function entriesOf(kinds: readonly string[]) {
  return Object.entries(operationQueries)
    .map(([name, operationQuery]) => ({ name, operationQuery, operation: operations[name as OperationName] }))
    .filter(({ operation }) => kinds.includes(operation.kind));
}

describe.each(entriesOf(['get', 'create', 'modify', 'act']))('$name', ({ operationQuery, operation }) => {
  const { type } = operationQuery;
  const sample = samples[type];

  test('the sample has every field that is read', () => {
    const { result } = operation;
    const { shape } = 'shape' in result ? result : result.in;
    expect(Object.keys(sample)).toEqual(expect.arrayContaining(Object.keys(shape)));
  });

  test('an invalid value makes its field null, or the object if the field is required', async () => {
    const { shown: intact } = await sendObject(operationQuery, sample);
    const problems: string[] = [];
    for (const damage of fieldDamages(sample)) {
      const problem = problemWith(
        type,
        intact ?? {},
        damage,
        await sendObject(operationQuery, damage.object),
      );
      if (problem !== undefined) problems.push(`${damage.name}: ${problem}`);
    }
    expect(problems).toEqual([]);
  });

  test('times in milliseconds and unknown fields change nothing', async () => {
    const { shown: intact, errors } = await sendObject(operationQuery, sample);
    expect(errors).toEqual([]);
    const changed = { ...inMilliseconds(sample), from_the_future: { a: 1 } };
    expect(await sendObject(operationQuery, changed)).toEqual({ shown: intact, errors: [] });
  });
});

const PAGE = 100;

describe.each(entriesOf(['list']))('$name', ({ operationQuery }) => {
  const { type } = operationQuery;
  const kinds = type === 'RunStep' ? [samples[type], writingStep] : [samples[type]];

  test.each(kinds)('an invalid value at any depth affects only its own object', async (sample) => {
    const [intact] = nodesIn(await send(operationQuery, pageOf([sample])));
    // Each has its own id: of two objects with the same id, the graph shows the first.
    const all = damages(sample).map((damage, index) =>
      damage.field === 'id' ? damage : { ...damage, object: { ...damage.object, id: `id_${index}` } },
    );
    const problems: string[] = [];
    for (let start = 0; start < all.length; start += PAGE) {
      const page = all.slice(start, start + PAGE);
      const result = await send(operationQuery, pageOf(page.map(({ object }) => object)));
      const nodes = nodesIn(result);
      expect(nodes).toHaveLength(page.length);
      for (const [index, damage] of page.entries()) {
        const errors = result.errors.filter(({ path: at }) => at?.[operationQuery.path.length + 1] === index);
        const problem = problemWith(type, intact ?? {}, damage, { shown: nodes[index] ?? null, errors });
        if (problem !== undefined) problems.push(`${damage.name}: ${problem}`);
      }
    }
    expect(problems).toEqual([]);
  });

  test('times in milliseconds change nothing', async () => {
    const [intact] = nodesIn(await send(operationQuery, pageOf([samples[type]])));
    const [shown] = nodesIn(await send(operationQuery, pageOf([inMilliseconds(samples[type])])));
    expect(shown).toEqual(intact);
  });
});

function pageOf(data: readonly Wire[]): Wire {
  return { object: 'list', data, has_more: false };
}

function nodesIn({ value }: { value: unknown }): (Shown | null)[] {
  const { edges }: { edges: { node: Shown | null }[] } = Object(value);
  return edges.map(({ node }) => node);
}
