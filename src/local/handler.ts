import type { OperationName, Operations, PathIds } from '../rest/operations.ts';
import type { Engine } from './engine/engine.ts';
import type { EventReader } from './engine/run-events.ts';
import type { NewId } from './ids.ts';
import type { CheckedBody, requestBodies } from './request-bodies.ts';
import type { PageRequest } from './store/collection.ts';
import type { Store } from './store/store.ts';

/** What the handlers work with. */
export interface HandlerDeps {
  readonly store: Store;
  readonly engine: Engine;
  readonly newId: NewId;
  readonly expiresAfterS: number;
  /** What a client that polls a live run is told to wait. */
  readonly pollAfterMs: number;
}

/** A request to an operation, checked. */
export type Asked<Name extends OperationName> = {
  /** Whose data this is about; never the bearer key itself. */
  readonly tenant: string;
  readonly ids: Readonly<Record<PathIds<Name>, string>>;
} & (Operations[Name]['kind'] extends 'list' ? { readonly page: PageRequest } : unknown) &
  (Name extends keyof typeof requestBodies ? { readonly body: CheckedBody<Name> } : unknown);

/** What is sent back: an object, a stream of events, or the content of a file. */
export type Reply =
  | { readonly kind: 'json'; readonly value: object; readonly headers?: Readonly<Record<string, string>> }
  | { readonly kind: 'events'; readonly runId: string; open(reader: EventReader): void }
  | { readonly kind: 'bytes'; readonly content: Uint8Array };

/** Answers one operation, or throws an ApiError. Nothing is answered before it is on disk. */
export type Handler<Name extends OperationName> = (asked: Asked<Name>) => Reply;

/** The handlers of some operations. */
export type HandlersOf<Name extends OperationName> = { readonly [Each in Name]: Handler<Each> };

/** An answer of 200 with an object. */
export function json(value: object, headers: Readonly<Record<string, string>> = {}): Reply {
  return { kind: 'json', value, headers };
}
