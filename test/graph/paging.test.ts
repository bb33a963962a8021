/** Random walks through lists, page by page in both directions, while others insert and delete items. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeCursor } from '../../src/resolvers/cursor.ts';
import { assistantList, type DeletableList, fileList } from '../support/deletable-lists.ts';
import { type Graph, startGraph } from '../support/graph.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.close());

/** What others do before the next page is read: each number below 1 deletes the item there, of those that are left. */
type Change = 'insert' | number;

interface Step {
  readonly changes: readonly Change[];
  readonly direction: 'forward' | 'backward';
  readonly order: 'ASC' | 'DESC';
  readonly size: number;
  /** Which edge of the page before it gives the cursor: mostly the last one in this direction. */
  readonly edge: 'end' | number;
}

const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    changes: fc.array(fc.oneof({ arbitrary: share, weight: 2 }, fc.constant<Change>('insert')), {
      maxLength: 4,
    }),
    direction: fc.constantFrom('forward', 'backward'),
    order: fc.constantFrom('ASC', 'ASC', 'DESC'),
    size: fc.integer({ min: 1, max: 4 }),
    edge: fc.oneof({ arbitrary: fc.constant<'end'>('end'), weight: 3 }, share),
  }),
  { minLength: 4, maxLength: 10 },
);

interface Page {
  readonly edges: readonly { cursor: string; node: { restId: string } }[];
  readonly pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean };
}

test.each([
  ['assistants', assistantList, 10],
  ['files of an assistant', fileList, 40],
])('each page of %s holds exactly the items next to its cursor', async (_, create, numRuns) => {
  const property = fc.asyncProperty(steps, async (walk) => {
    const list = new WatchedList(await create(graph.localUrl, 9));
    let edges: Page['edges'] = [];
    for (const step of walk) {
      for (const change of step.changes) await list.change(change);
      edges = (await readNext(list, step, edges)) ?? edges;
    }
  });
  await fc.assert(property, { numRuns });
});

/** Reads the page next to one of `edges`, and compares it with the list. Undefined if it is empty, or the cursor invalid. */
async function readNext(list: WatchedList, step: Step, edges: Page['edges']) {
  const { direction, order, size } = step;
  const cursor = edges[positionOf(step, edges.length)]?.cursor;
  const [count, place] = direction === 'forward' ? ['first', 'after'] : ['last', 'before'];
  const start = cursor === undefined ? '' : `, ${place}: "${cursor}"`;
  const { page, codes } = await list.read(`${count}: ${size}, order: ${order}${start}`);
  if (cursor !== undefined && !list.hasAnyOf(cursor)) {
    expect({ page, codes }).toEqual({ page: null, codes: ['BAD_USER_INPUT'] });
    return undefined;
  }
  const next = list.nextTo(cursor, (direction === 'forward') === (order === 'ASC'));
  const expected = next.slice(0, size);
  const has = { next: next.length > size, previous: cursor !== undefined };
  expect({
    codes,
    items: page?.edges.map(({ node }) => node.restId),
    pageInfo: page?.pageInfo,
  }).toEqual({
    codes: [],
    items: direction === 'forward' ? expected : expected.reverse(),
    pageInfo: {
      hasNextPage: direction === 'forward' ? has.next : has.previous,
      hasPreviousPage: direction === 'forward' ? has.previous : has.next,
    },
  });
  return page?.edges.length === 0 ? undefined : page?.edges;
}

function positionOf({ edge, direction }: Step, length: number): number {
  if (edge !== 'end') return Math.floor(edge * length);
  return direction === 'forward' ? length - 1 : 0;
}

/** A list, and which of its items are left. */
class WatchedList {
  readonly #list: DeletableList;
  readonly #deleted = new Set<string>();

  constructor(list: DeletableList) {
    this.#list = list;
  }

  /** Oldest first. */
  get #left(): string[] {
    return this.#list.ids.filter((id) => !this.#deleted.has(id));
  }

  async change(change: Change): Promise<void> {
    const left = this.#left;
    // An assistant has at most 20 files.
    if (change === 'insert') return left.length < 20 ? this.#list.insert() : undefined;
    const id = left[Math.floor(change * left.length)];
    if (id === undefined) return;
    await this.#list.remove(id);
    this.#deleted.add(id);
  }

  async read(args: string) {
    const page = `(${args}) { edges { cursor node { restId } } pageInfo { hasNextPage hasPreviousPage } }`;
    const { data, errors } = await graph.send<Record<string, unknown>, object>(
      this.#list.query.replace('*', page),
    );
    const found: Page | null = Object(data?.parent ?? data).list;
    return { page: found, codes: errors.map(({ extensions }) => extensions.code) };
  }

  /** Whether an item is left that the cursor names. */
  hasAnyOf(cursor: string): boolean {
    const { id, preceding } = decodeCursor(cursor);
    return [id, ...preceding].some((each) => this.#left.includes(each));
  }

  /** The items left that are newer or older than the one at the cursor, the nearest first. */
  nextTo(cursor: string | undefined, newer: boolean): string[] {
    const { ids } = this.#list;
    const position = cursor === undefined ? undefined : ids.indexOf(decodeCursor(cursor).id);
    const sorted = newer ? this.#left : this.#left.reverse();
    if (position === undefined) return sorted;
    return sorted.filter((id) => (newer ? ids.indexOf(id) > position : ids.indexOf(id) < position));
  }
}
