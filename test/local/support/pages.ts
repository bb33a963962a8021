import { expect } from 'vitest';
import type { Json, RestCaller } from './rest-caller.ts';

/** The ids of the items on a page. */
export const ids = (page: Json): string[] => page.data.map((item: { id: string }) => item.id);

/**
 * The ids of a list, read page by page with the cursor in `after` or `before`, starting at the item `from` if given.
 * Checks the `first_id` and `last_id` of each page.
 */
export async function walk(
  api: RestCaller,
  path: string,
  query: string,
  cursor: 'after' | 'before',
  from?: string,
): Promise<string[]> {
  const all: string[] = [];
  for (let position = from === undefined ? '' : `&${cursor}=${from}`; ; ) {
    const page = await api.get(`${path}?${query}${position}`);
    expect([page.first_id, page.last_id]).toEqual([ids(page)[0] ?? null, ids(page).at(-1) ?? null]);
    if (cursor === 'after') all.push(...ids(page));
    else all.unshift(...ids(page));
    if (!page.has_more) return all;
    position = `&${cursor}=${cursor === 'after' ? page.last_id : page.first_id}`;
  }
}
