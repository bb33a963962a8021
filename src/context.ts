import { Loaders } from './loaders/loaders.ts';
import type { Reference } from './loaders/reference.ts';
import type { RestClient } from './rest/client.ts';

export type AssistantReference = Reference<'Assistant'>;
export type AssistantFileReference = Reference<'AssistantFile'>;
export type ThreadReference = Reference<'Thread'>;
export type MessageReference = Reference<'Message'>;
export type MessageFileReference = Reference<'MessageFile'>;
export type RunReference = Reference<'Run'>;
export type RunStepReference = Reference<'RunStep'>;

/** What one operation of a client carries through the graph. */
export interface Context {
  /** For writes; whatever reads goes through loaders. */
  readonly rest: RestClient;
  /** The loader set of a query. */
  readonly loaders: Loaders;
  /** A loader set for one root field of a mutation, which must see what the fields before it did. */
  freshLoaders(): Loaders;
}

export function createContext(rest: RestClient): Context {
  return { rest, loaders: new Loaders(rest), freshLoaders: () => new Loaders(rest) };
}
