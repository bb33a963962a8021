import { type Page, type PageParams, type StoredObject, UnknownCursorError } from './page.ts';
import type { Sqlite, Value } from './sqlite.ts';

/** The objects of one kind, each with a parent: a message's thread, a step's run, an assistant's tenant. */
export interface Collection<Item extends StoredObject> {
  insert(parent: string, item: Item): void;
  get(parent: string, id: string): Item | undefined;
  /** Ignores the parent: only for ids that did not come from a client. */
  find(id: string): Item | undefined;
  replace(item: Item): void;
  remove(id: string): void;
  /** One page, next to its cursor, in either order. Throws an {@link UnknownCursorError}. */
  page(parent: string, params: PageParams): Page<Item>;
  /** All items of a parent, read a page at a time. */
  each(parent: string, order: PageParams['order']): Generator<Item>;
}

const EACH_PAGE_SIZE = 100;

/** The object in a row. Only `insert` and `replace` write rows, so it has the type of the collection. */
export function readBody<Item>(row: unknown): Item {
  return JSON.parse((row as { body: string }).body) as Item;
}

/** The collection in `table`, which is defined in schema.ts. */
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
        const { items, has_more } = page(parent, { limit: EACH_PAGE_SIZE, order, after });
        for (const item of items) {
          yield item;
          after = item.id;
        }
        if (!has_more) return;
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
  const listValues = [...values];
  const seqOf = (param: 'after' | 'before', id: string) => {
    const row = sqlite.get(`SELECT seq FROM ${table} WHERE ${list} AND id = ?`, [...listValues, id]);
    if (row === undefined) throw new UnknownCursorError(param, id);
    return (row as { seq: number }).seq;
  };
  if (after !== undefined) where(order === 'asc' ? 'seq > ?' : 'seq < ?', seqOf('after', after));
  if (before !== undefined) where(order === 'asc' ? 'seq < ?' : 'seq > ?', seqOf('before', before));
  // With only `before`, the page is the last items before it: read them backwards, then reverse them.
  const backwards = before !== undefined && after === undefined;
  const direction = (order === 'asc') === backwards ? 'DESC' : 'ASC';
  const page = `SELECT seq, octet_length(body) AS bytes FROM ${table} WHERE ${conditions.join(' AND ')} ORDER BY seq ${direction} LIMIT ?`;
  const rows = sqlite.all(page, [...values, limit + 1]) as Row[];
  const selected = rows.slice(0, limit);
  return {
    items: readItems(sqlite, table, backwards ? selected.reverse() : selected, order),
    has_more: rows.length > limit,
  };
}

interface Row {
  readonly seq: number;
  readonly bytes: number;
}

/** At most so much is read at once: a page of long messages can have 100 MB. */
const MAX_BYTES_AT_ONCE = 256 * 1024;

/** The items in these rows, each read when it is needed. One that was removed in the meantime is left out. */
function* readItems<Item>(
  sqlite: Sqlite,
  table: string,
  rows: readonly Row[],
  order: PageParams['order'],
): Generator<Item> {
  const bodies = `SELECT body FROM ${table} WHERE seq IN (SELECT value FROM json_each(?)) ORDER BY seq ${order}`;
  for (let next = 0; next < rows.length; ) {
    const seqs: number[] = [];
    let bytes = 0;
    for (let row = rows[next]; row !== undefined && bytes < MAX_BYTES_AT_ONCE; row = rows[next]) {
      seqs.push(row.seq);
      bytes += row.bytes;
      next += 1;
    }
    yield* sqlite.all(bodies, [JSON.stringify(seqs)]).map(readBody<Item>);
  }
}
