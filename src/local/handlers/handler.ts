import type { OperationName, Operations, PathIds } from '../../rest/operations.ts';
import type { Engine } from '../engine/engine.ts';
import type { CheckedBody, requestBodies } from '../http/request-bodies.ts';
import type { NewId } from '../ids.ts';
import type { Retrieval } from '../retrieval/retrieval.ts';
import type { PageParams } from '../store/page.ts';
import type { Store } from '../store/store.ts';
import type { HandlerResponse } from './responses.ts';

/** What the handlers work with. */
export interface HandlerDeps {
  readonly store: Store;
  readonly engine: Engine;
  readonly retrieval: Retrieval;
  readonly newId: NewId;
  readonly expiresAfterS: number;
  /** Sent in `openai-poll-after-ms` with a live run. */
  readonly pollAfterMs: number;
}

/** A valid request to an operation. */
export type HandlerRequest<Name extends OperationName> = {
  /** A hash of the bearer key, under which the key's objects are stored. */
  readonly tenant: string;
  readonly ids: Readonly<Record<PathIds<Name>, string>>;
} & (Operations[Name]['kind'] extends 'list' ? { readonly page: PageParams } : unknown) &
  (Name extends keyof typeof requestBodies ? { readonly body: CheckedBody<Name> } : unknown);

/** Handles the requests to one operation. Whatever a response reports is already on disk. Throws an ApiError. */
export type Handler<Name extends OperationName> = (request: HandlerRequest<Name>) => HandlerResponse;

/** The handlers of some operations. */
export type HandlersOf<Name extends OperationName> = { readonly [Each in Name]: Handler<Each> };
