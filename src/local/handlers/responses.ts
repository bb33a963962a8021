import type { RunSubscriber } from '../engine/run-events.ts';
import type { ListObject } from '../objects.ts';
import type { Page, StoredObject } from '../store/page.ts';

/** The response to a request that succeeds: an object, a stream of events, or the content of a file. */
export type HandlerResponse =
  | { readonly kind: 'json'; readonly value: object; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'events'; readonly runId: string; open(subscriber: RunSubscriber): void }
  | { readonly kind: 'bytes'; readonly content: Uint8Array };

/** A response with one object. */
export function json(value: object, headers: Readonly<Record<string, string>> = {}): HandlerResponse {
  return { kind: 'json', value, headers };
}

/** A response with a page of a list. */
export function jsonList<Item extends StoredObject>({ items, has_more }: Page<Item>): HandlerResponse {
  const list: ListObject<Item> = {
    object: 'list',
    data: items,
    first_id: items[0]?.id ?? null,
    last_id: items.at(-1)?.id ?? null,
    has_more,
  };
  return json(list);
}
