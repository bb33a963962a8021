import { isNonNullType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NodeType } from '../../src/loaders/node-types.ts';
import { type OperationName, operations } from '../../src/rest/operations.ts';
import { schema } from '../../src/schema/index.ts';
import { type Graph, type GraphError, startGraph } from '../support/graph.ts';
import { type Asking, askings } from './askings.ts';
import { type Damage, damages, fieldDamages, inMilliseconds } from './damage.ts';
import { samples, type Wire, writingStep } from './samples.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

type Shown = Record<string, unknown>;

interface Judged {
  readonly shown: Shown | null;
  readonly errors: readonly GraphError[];
}

/** Asks, with upstream answering `body`, and gives what stands where the answer belongs. */
async function ask(
  { query, at }: Asking,
  body: unknown,
): Promise<{ value: unknown; errors: readonly GraphError[] }> {
  graph.upstream.intercept = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    return true;
  };
  const { status, data, errors } = await graph.send<Shown, object>(query);
  expect(status).toBe(200);
  expect(data).toHaveProperty('__typename');
  return { value: at.reduce<unknown>((value, key) => Object(value)[key] ?? null, data), errors };
}

async function askObject(asking: Asking, body: unknown): Promise<Judged> {
  const { value, errors } = await ask(asking, body);
  const shown = asking.query.startsWith('mutation') ? Object(value).object : value;
  return { shown: shown ?? null, errors };
}

/** What the graph shows of a field of REST, where that is not the same name in camel case. */
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

/** Whether an object without the field has to go: one of the fields that show it cannot be null. */
function isIndispensable(type: NodeType, restField: string): boolean {
  const object = schema.getType(type);
  const fields = isObjectType(object) ? object.getFields() : {};
  return fieldsShowing(restField).some((name) => fields[name] && isNonNullType(fields[name].type));
}

/** What is wrong with what the graph made of a damaged object; nothing, where that is undefined. */
function complaint(
  type: NodeType,
  healthy: Shown,
  damage: Damage,
  { shown, errors }: Judged,
): string | undefined {
  if (errors.some(({ extensions }) => !['UPSTREAM_ERROR', 'OUTCOME_UNKNOWN'].includes(extensions.code))) {
    return `it has the errors ${JSON.stringify(errors)}`;
  }
  if (shown === null) {
    if (!isIndispensable(type, damage.field)) return 'the whole object is gone';
    return errors.length === 1 ? undefined : `the object is gone with ${errors.length} errors`;
  }
  if (shown.restId !== damage.object.id) return `it is shown as ${JSON.stringify(shown.restId)}`;
  const allowed = fieldsShowing(damage.field);
  const changed = Object.keys(healthy).filter(
    (name) => JSON.stringify(healthy[name]) !== JSON.stringify(shown[name]),
  );
  const strangers = changed.filter((name) => !allowed.includes(name) && name !== 'id' && name !== 'restId');
  return strangers.length > 0 ? `${strangers.join(', ')} changed as well` : undefined;
}

function entriesOf(kinds: readonly string[]) {
  return Object.entries(askings)
    .map(([name, asking]) => ({ name, asking, operation: operations[name as OperationName] }))
    .filter(({ operation }) => kinds.includes(operation.kind));
}

describe.each(entriesOf(['get', 'create', 'modify', 'act']))('$name', ({ asking, operation }) => {
  const { type } = asking;
  const sample = samples[type];

  test('the sample has every field that is read', () => {
    expect(Object.keys(sample)).toEqual(expect.arrayContaining(Object.keys(operation.result.shape)));
  });

  test('each field in turn missing, null, of another type or unknown costs that field, or the object that needs it', async () => {
    const { shown: healthy } = await askObject(asking, sample);
    const complaints: string[] = [];
    for (const damage of fieldDamages(sample)) {
      const problem = complaint(type, healthy ?? {}, damage, await askObject(asking, damage.object));
      if (problem !== undefined) complaints.push(`${damage.name}: ${problem}`);
    }
    expect(complaints).toEqual([]);
  });

  test('times in milliseconds, and fields that nobody knows, change nothing', async () => {
    const { shown: healthy, errors } = await askObject(asking, sample);
    expect(errors).toEqual([]);
    const odd = { ...inMilliseconds(sample), from_the_future: { a: 1 } };
    expect(await askObject(asking, odd)).toEqual({ shown: healthy, errors: [] });
  });
});

const PAGE = 100;

describe.each(entriesOf(['list']))('$name', ({ asking }) => {
  const { type } = asking;
  const kinds = type === 'RunStep' ? [samples[type], writingStep] : [samples[type]];

  test.each(kinds)(
    'each value in each object, however deep, costs its own object at most',
    async (sample) => {
      const [healthy] = nodesIn(await ask(asking, pageOf([sample])));
      // Each under an id of its own: of two objects with one id the graph shows the first.
      const all = damages(sample).map((damage, index) =>
        damage.field === 'id' ? damage : { ...damage, object: { ...damage.object, id: `id_${index}` } },
      );
      const complaints: string[] = [];
      for (let start = 0; start < all.length; start += PAGE) {
        const page = all.slice(start, start + PAGE);
        const answer = await ask(asking, pageOf(page.map(({ object }) => object)));
        const nodes = nodesIn(answer);
        expect(nodes).toHaveLength(page.length);
        for (const [index, damage] of page.entries()) {
          const errors = answer.errors.filter(({ path }) => path?.[asking.at.length + 1] === index);
          const problem = complaint(type, healthy ?? {}, damage, { shown: nodes[index] ?? null, errors });
          if (problem !== undefined) complaints.push(`${damage.name}: ${problem}`);
        }
      }
      expect(complaints).toEqual([]);
    },
  );

  test('times in milliseconds change nothing', async () => {
    const [healthy] = nodesIn(await ask(asking, pageOf([samples[type]])));
    const [shown] = nodesIn(await ask(asking, pageOf([inMilliseconds(samples[type])])));
    expect(shown).toEqual(healthy);
  });
});

function pageOf(data: readonly Wire[]): Wire {
  return { object: 'list', data, has_more: false };
}

function nodesIn({ value }: { value: unknown }): (Shown | null)[] {
  const { edges }: { edges: { node: Shown | null }[] } = Object(value);
  return edges.map(({ node }) => node);
}
