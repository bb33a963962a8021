import type { GraphQLError, GraphQLResolveInfo } from 'graphql';
import { Loaders } from './loaders/loaders.ts';
import type { NodeType } from './loaders/node-types.ts';
import type { Reference } from './loaders/reference.ts';
import type { RestClient, UpstreamCredential } from './rest/client.ts';
import type { Signal } from './rest/signal.ts';
import type { CredentialRuns } from './runs/runs.ts';
import type { Scope } from './scopes.ts';
import type { Share } from './turns.ts';

/** A field that looked up an object named by the client. */
export interface LookUp extends Pick<GraphQLResolveInfo, 'path' | 'fieldNodes'> {
  readonly reference: Reference<NodeType>;
}

/** The fields of a response so far. */
export interface FieldCount {
  readonly max: number;
  count: number;
}

/** The fields of an operation that have failed. */
export interface Failures {
  /** Maximum number of errors in the response. */
  readonly max: number;
  count: number;
  /** What stands for the errors beyond the maximum, by code. */
  readonly further: Map<string, GraphQLError>;
}

/** On whose behalf an operation runs. */
export interface Principal {
  /** Of the client with its credential. What is read with one ID is never shared with another. */
  readonly id: string;
  /** Of the client alone: it stays the same when the credential changes. */
  readonly owner: string;
  readonly scopes: ReadonlySet<Scope>;
  /** For its REST calls. */
  readonly credential: UpstreamCredential;
}

/** What the resolvers of one operation share. */
export interface Context {
  readonly principal: Principal;
  /** Maximum number of pairs in the metadata of a thread. */
  readonly threadPairs: number;
  /** For writes; reads go through loaders. */
  readonly rest: RestClient;
  /** The loader set of a query. */
  readonly loaders: Loaders;
  /** A loader set for one root field of a mutation, which must see what the fields before it did. */
  freshLoaders(): Loaders;
  /** Every look-up so far. After a 404, they show which object is missing. */
  readonly lookUps: LookUp[];
  readonly fields: FieldCount;
  readonly failures: Failures;
  readonly turns: Share;
  /** What is known of the principal's runs as they happen. */
  readonly runs: CredentialRuns;
  /** Aborted at the deadline, and when the client disconnects. For a subscription, only when the client leaves it. */
  readonly signal: Signal;
  /**
   * Moves the deadline of the operation to `ms` milliseconds after its start, for a mutation that waits for a run to end.
   * Only the first call has an effect.
   */
  extendDeadline(ms: number): void;
}

export interface ContextOptions
  extends Omit<Context, 'loaders' | 'freshLoaders' | 'lookUps' | 'fields' | 'failures'> {
  /** Maximum number of fields in the response. */
  readonly maxFields: number;
  /** Maximum number of errors in the response. */
  readonly maxErrors: number;
}

export function createContext({ maxFields, maxErrors, ...operation }: ContextOptions): Context {
  const { rest, turns } = operation;
  return {
    ...operation,
    loaders: new Loaders(rest, turns),
    freshLoaders: () => new Loaders(rest, turns),
    lookUps: [],
    fields: { max: maxFields, count: 0 },
    failures: { max: maxErrors, count: 0, further: new Map() },
  };
}
