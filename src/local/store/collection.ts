import { invalid } from '../api-error.ts';
import type { ListObject } from '../objects.ts';
import type { Sqlite, Value } from './sqlite.ts';

/** What every kept object has. */
export interface Kept {
  readonly id: string;
  readonly created_at: number;
}

/** Which items of a list, in which order, beginning next to which of them. */
export interface PageRequest {
  readonly limit: number;
  readonly order: 'asc' | 'desc';
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  /** Of messages: only those that this run wrote. */
  readonly run_id?: string | undefined;
}

export interface Page<Item> {
  readonly items: Item[];
  readonly has_more: boolean;
}

/** The objects of one kind, each within a parent: a thread's messages, a run's steps, a tenant's assistants. */
export interface Collection<Item extends Kept> {
  insert(parent: string, item: Item): void;
  get(parent: string, id: string): Item | undefined;
  /** Whatever the parent: for an id that did not come from a client. */
  find(id: string): Item | undefined;
  replace(item: Item): void;
  remove(id: string): void;
  /** One page, exact in both orders and next to its cursors. Throws a 400 that names a cursor which is not in the list. */
  page(parent: string, request: PageRequest): Page<Item>;
  /** All items of a parent, read a page at a time. */
  each(parent: string, order: PageRequest['order']): Generator<Item>;
}

const EACH_PAGE = 100;

/** The one place where a row becomes an object again: only `insert` and `replace` ever wrote it. */
export function readBody<Item>(row: unknown): Item {
  return JSON.parse((row as { body: string }).body) as Item;
}

/** The page as the API shows it. */
export function listObject<Item extends Kept>(page: Page<Item>): ListObject<Item> {
  const { items, has_more } = page;
  return {
    object: 'list',
    data: items,
    first_id: items[0]?.id ?? null,
    last_id: items.at(-1)?.id ?? null,
    has_more,
  };
}

/** The collection kept in `table`, whose layout is in schema.ts. */
export function createCollection<Item extends Kept>(sqlite: Sqlite, table: string): Collection<Item> {
  const read = (row: unknown) => (row === undefined ? undefined : readBody<Item>(row));
  const page = (parent: string, request: PageRequest) => readPage<Item>(sqlite, table, parent, request);
  return {
    insert: (parent, item) => {
      const values = [item.id, parent, item.created_at, JSON.stringify(item)];
      sqlite.run(`INSERT INTO ${table} (id, parent, created_at, body) VALUES (?, ?, ?, ?)`, values);
    },
    get: (parent, id) =>
      read(sqlite.get(`SELECT body FROM ${table} WHERE id = ? AND parent = ?`, [id, parent])),
    find: (id) => read(sqlite.get(`SELECT body FROM ${table} WHERE id = ?`, [id])),
    replace: (item) => {
      sqlite.run(`UPDATE ${table} SET body = ? WHERE id = ?`, [JSON.stringify(item), item.id]);
    },
    remove: (id) => {
      sqlite.run(`DELETE FROM ${table} WHERE id = ?`, [id]);
    },
    page,
    *each(parent, order) {
      let after: string | undefined;
      for (;;) {
        const { items, has_more } = page(parent, { limit: EACH_PAGE, order, after });
        yield* items;
        if (!has_more) return;
        after = items.at(-1)?.id;
      }
    },
  };
}

function readPage<Item>(sqlite: Sqlite, table: string, parent: string, request: PageRequest): Page<Item> {
  const { limit, order, after, before, run_id: run } = request;
  const conditions = ['parent = ?'];
  const values: Value[] = [parent];
  const where = (condition: string, value: Value) => {
    conditions.push(condition);
    values.push(value);
  };
  if (run !== undefined) where('run_id = ?', run);
  const list = conditions.join(' AND ');
  const listed = [...values];
  const place = (param: 'after' | 'before', id: string) => {
    const row = sqlite.get(`SELECT seq FROM ${table} WHERE ${list} AND id = ?`, [...listed, id]);
    if (row === undefined) throw invalid(`'${param}' names '${id}', which is not in this list.`, param);
    return (row as { seq: number }).seq;
  };
  if (after !== undefined) where(order === 'asc' ? 'seq > ?' : 'seq < ?', place('after', after));
  if (before !== undefined) where(order === 'asc' ? 'seq < ?' : 'seq > ?', place('before', before));
  // With only `before`, the wanted items are the last ones before it: read them backwards, then turn them round.
  const backwards = before !== undefined && after === undefined;
  const direction = (order === 'asc') === backwards ? 'DESC' : 'ASC';
  const page = `SELECT body FROM ${table} WHERE ${conditions.join(' AND ')} ORDER BY seq ${direction} LIMIT ?`;
  const rows = sqlite.all(page, [...values, limit + 1]);
  const items = rows.slice(0, limit).map(readBody<Item>);
  return { items: backwards ? items.reverse() : items, has_more: rows.length > limit };
}
