/** Runs GraphQL subscriptions. Each event is an operation of its own, so that whatever it selects is read afresh. */
import { createHash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { codedError } from '../errors.ts';
import { openEvents } from '../executor/open-events.ts';
import type { CreateOperation } from '../operation.ts';
import { Cancellation } from '../rest/signal.ts';
import type { Caller, Requester } from './caller.ts';
import { textOf } from './document.ts';
import type { DocumentsInUse } from './documents-in-use.ts';
import { tokenExpired, untilExpiry } from './expiry.ts';
import type { InTransit } from './in-transit.ts';
import { ResultStream } from './result-stream.ts';
import type { Runnable, RunOperation } from './run-operation.ts';
import type { SerializedResult, SerializeResult } from './serialize-result.ts';
import { countUnreadEvents } from './unread-events.ts';

export interface SubscriptionsOptions {
  readonly createOperation: CreateOperation;
  readonly maskError: (error: unknown) => GraphQLError;
  readonly serialize: SerializeResult;
  /** Resolves events. */
  readonly run: RunOperation;
  /** Counts the events that clients have not read. */
  readonly responses: InTransit;
  /** Maximum number of subscriptions of one principal. */
  readonly maxPerPrincipal: number;
  readonly documentsInUse: DocumentsInUse;
}

/** Results in order. Rejects with the error for which the subscription did not start. */
type Subscribe = (runnable: Runnable, by: Requester) => Promise<AsyncIterableIterator<SerializedResult>>;

export interface Subscriptions {
  readonly subscribe: Subscribe;
  /** Number of subscriptions under way. */
  readonly count: number;
  /** Number of events whose results are kept. */
  readonly sharedEvents: number;
}

/**
 * How long the results of an event are shared, in milliseconds. Subscribers who reach it later read for themselves. Its log keeps
 * the event for much longer, and does not count its results.
 */
const SHARING_MS = 1000;

export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { createOperation, maskError, serialize, run, maxPerPrincipal, documentsInUse } = options;
  const countByPrincipal = new Map<string, number>();
  const shared = new Map<object, Map<string, Promise<SerializedResult>>>();

  /** Counts a subscription until it ends, or its client leaves. @returns ends it; undefined at the limit */
  function enter({ principal: { id }, signal }: Caller, release: () => void): (() => void) | undefined {
    const count = countByPrincipal.get(id) ?? 0;
    if (count >= maxPerPrincipal) return undefined;
    countByPrincipal.set(id, count + 1);
    let isOver = false;
    const leave = () => {
      if (isOver) return;
      isOver = true;
      signal.removeEventListener('abort', leave);
      release();
      const left = (countByPrincipal.get(id) ?? 1) - 1;
      if (left === 0) countByPrincipal.delete(id);
      else countByPrincipal.set(id, left);
    };
    signal.addEventListener('abort', leave);
    if (signal.aborted) leave();
    return leave;
  }

  /** Live subscribers with equal keys get the same event object, resolve it once and serialize it once. */
  function resolveShared(key: string, event: object, start: () => Promise<SerializedResult>) {
    let results = shared.get(event);
    if (results === undefined) {
      results = new Map();
      shared.set(event, results);
      setTimeout(() => shared.delete(event), SHARING_MS).unref();
    }
    let result = results.get(key);
    if (result === undefined) {
      result = start();
      results.set(key, result);
    }
    return result;
  }

  const subscribe: Subscribe = async (runnable, by) => {
    const { caller, observation, response } = by;
    const release = documentsInUse.begin(runnable.source.document);
    if (release instanceof GraphQLError) throw release;
    const leave = enter(caller, release);
    if (leave === undefined) {
      release();
      throw tooMany(maxPerPrincipal);
    }
    const events = await open(runnable, by, createOperation).catch((error: unknown) => {
      leave();
      throw error;
    });
    const key = keyOf(runnable, caller);
    // A shared result must not end with the subscriber who came first.
    const forAll = { ...by, caller: { ...caller, signal: NEVER_ABORTED } };
    const { deliver } = caller;
    const unread = countUnreadEvents(options.responses, response);
    return new ResultStream(lasting(events, by), {
      toResult: (event, isFirst) =>
        isLive(event, isFirst)
          ? resolveShared(key, event, () => run(runnable, forAll, event))
          : run(runnable, by, event),
      toFinalResult: async (error) => {
        const errors = [maskError(error)];
        observation.setErrors(errors);
        return serialize({ data: null, errors });
      },
      deliver: deliver && ((result) => deliver(result.stringify())),
      onTake: unread.add,
      onPull: unread.taken,
      onEnd: leave,
    });
  };

  return {
    subscribe,
    get count() {
      return [...countByPrincipal.values()].reduce((sum, count) => sum + count, 0);
    },
    get sharedEvents() {
      return shared.size;
    },
  };
}

const NEVER_ABORTED = new Cancellation();

async function open(
  { source }: Runnable,
  { caller: { principal, signal }, observation }: Requester,
  createOperation: CreateOperation,
): Promise<AsyncIterable<unknown>> {
  const operation = createOperation({ principal, signal, observer: observation.calls });
  try {
    // The source lasts as long as the subscription, not only until the deadline of an operation.
    return await openEvents({ ...source, context: { ...operation.context, signal } });
  } finally {
    operation.end();
  }
}

/**
 * An event that is delivered as it happens, rather than read from a log by a subscriber that joined late. Where events do not
 * say which they are, the first describes the state at the start of the subscription.
 */
function isLive(event: unknown, isFirst: boolean): event is object {
  if (typeof event !== 'object' || event === null) return false;
  return 'isReplay' in event ? event.isReplay === false : !isFirst;
}

/** An event stream ends with an error when the token of its client expires. On a WebSocket, the socket is closed: see socket-expiry.ts. */
function lasting(
  events: AsyncIterable<unknown>,
  { caller: { expiresAt }, response }: Requester,
): AsyncIterable<unknown> {
  if (expiresAt === undefined || response === undefined) return events;
  return untilExpiry(events, expiresAt, tokenExpired);
}

/** Equal for subscriptions whose results are equal. */
function keyOf(
  { source: { document, operation, variableValues } }: Runnable,
  { principal, wantsCalls }: Caller,
): string {
  const { id, scopes } = principal;
  const who = [id, [...scopes].sort(), wantsCalls];
  const parts = JSON.stringify([who, textOf(document), operation.name?.value, variableValues]);
  return createHash('sha256').update(parts).digest('base64url');
}

function tooMany(max: number): GraphQLError {
  return codedError('RATE_LIMITED', `At most ${max} subscriptions are allowed at a time: end one first`);
}
