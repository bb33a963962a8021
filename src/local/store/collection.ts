import { type Page, type PageParams, type StoredObject, UnknownCursorError } from './page.ts';
import type { Sqlite, Value } from './sqlite.ts';

/** The objects of one kind, each within a parent: a thread's messages, a run's steps, a tenant's assistants. */
export interface Collection<Item extends StoredObject> {
  insert(parent: string, item: Item): void;
  get(parent: string, id: string): Item | undefined;
  /** Whatever the parent: for an id that did not come from a client. */
  find(id: string): Item | undefined;
  replace(item: Item): void;
  remove(id: string): void;
  /** One page, exact in both orders and next to its cursors. Throws an {@link UnknownCursorError}. */
  page(parent: string, params: PageParams): Page<Item>;
  /** All items of a parent, read a page at a time. */
  each(parent: string, order: PageParams['order']): Generator<Item>;
}

const EACH_PAGE = 100;

/** The one place where a row becomes an object again: only `insert` and `replace` ever wrote it. */
export function readBody<Item>(row: unknown): Item {
  return JSON.parse((row as { body: string }).body) as Item;
}

/** The collection kept in `table`, whose layout is in schema.ts. */
export function createCollection<Item extends StoredObject>(sqlite: Sqlite, table: string): Collection<Item> {
  const read = (row: unknown) => (row === undefined ? undefined : readBody<Item>(row));
  const page = (parent: string, params: PageParams) => readPage<Item>(sqlite, table, parent, params);
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

function readPage<Item>(sqlite: Sqlite, table: string, parent: string, params: PageParams): Page<Item> {
  const { limit, order, after, before, run_id: run } = params;
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
    if (row === undefined) throw new UnknownCursorError(param, id);
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
