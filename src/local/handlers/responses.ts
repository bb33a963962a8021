import type { RunSubscriber } from '../engine/run-events.ts';
import type { Page, StoredObject } from '../store/page.ts';

/** The response to a request that succeeds: an object, a list, a stream of events, or the content of a file. */
export type HandlerResponse =
  | { readonly kind: 'json'; readonly value: object; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'list'; readonly page: Page<StoredObject> }
  | { readonly kind: 'events'; readonly runId: string; open(subscriber: RunSubscriber): void }
  | { readonly kind: 'bytes'; readonly length: number; readonly pieces: Iterable<Uint8Array> };

/** A response with one object. */
export function json(value: object, headers: Readonly<Record<string, string>> = {}): HandlerResponse {
  return { kind: 'json', value, headers };
}

/** A response with a page of a list. */
export function jsonList(page: Page<StoredObject>): HandlerResponse {
  return { kind: 'list', page };
}

/** A page with each item converted when it is needed. */
export function mapPage<From, To>({ items, has_more }: Page<From>, convert: (item: From) => To): Page<To> {
  return { items: mapItems(items, convert), has_more };
}

function* mapItems<From, To>(items: Iterable<From>, convert: (item: From) => To): Generator<To> {
  for (const item of items) yield convert(item);
}
