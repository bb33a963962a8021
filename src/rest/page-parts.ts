import { ResponseTooLargeError } from './errors.ts';
import { limits } from './limits.ts';
import type { Page, PageQuery } from './operations.ts';

/** The path ids and the query of a list. */
export type ListRequest = PageQuery & Readonly<Record<string, unknown>>;

/**
 * Reads a page. If it is too large to be read at once, reads it in parts: of half its length, of half of that, until they are
 * small enough. The items are the same.
 *
 * @throws ResponseTooLargeError if a single item is too large, or is together with damaged ones before it that have no id;
 * what `readPage` throws
 */
export async function readInParts(
  request: ListRequest,
  readPage: (request: ListRequest) => Promise<Page<unknown>>,
): Promise<Page<unknown>> {
  const limit = request.limit ?? limits.defaultPageSize;
  const items: Page<unknown>['items'][number][] = [];
  let size = limit;
  let part: ListRequest = request;
  let known = 0;
  for (;;) {
    try {
      const page = await readPage(part);
      const more = page.items.slice(known);
      items.push(...more);
      const isWhole = part === request || items.length >= limit || more.length === 0;
      if (isWhole || !page.has_more) {
        return { items, has_more: page.has_more };
      }
    } catch (error) {
      if (!(error instanceof ResponseTooLargeError) || size === 1) throw error;
      size = Math.floor(size / 2);
    }
    // Items that are too damaged to have an id cannot be cursors: they are read again and dropped.
    const last = items.findLastIndex((item) => idOf(item) !== undefined);
    known = items.length - 1 - last;
    part = { ...request, limit: Math.min(size, limit - items.length) + known };
    const after = idOf(items[last]);
    if (after !== undefined) part = { ...part, after };
  }
}

/** Of an object, or of the error in the place of one. */
function idOf(item: unknown): string | undefined {
  const { id } = Object(item);
  return typeof id === 'string' ? id : undefined;
}
