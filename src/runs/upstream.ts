import type { CallObserver } from '../rest/call-observer.ts';
import { createRestClient, type ReadSharing, type RestClient } from '../rest/client.ts';
import { DeadlineError } from '../rest/errors.ts';
import { Cancellation, type Signal } from '../rest/signal.ts';
import type { Transport } from '../rest/transport.ts';
import type { Clock } from './clock.ts';
import type { Pause } from './pause.ts';
import { readPollHint } from './poll-schedule.ts';
import type { Credential } from './runs.ts';

/** What a read of a watcher works with. */
export interface UpstreamRequest {
  readonly rest: RestClient;
  /** `openai-poll-after-ms` of the last response that had one. */
  readonly hintMs: () => number | undefined;
}

/** Reads from upstream for the watchers of one credential. */
export interface Upstream {
  /**
   * Makes one or more requests within one deadline. A 429 pauses the credential.
   *
   * @param options.retries whether to retry failed requests. A poll does not: the next poll is its retry
   * @throws what RestClient.call throws
   */
  read<T>(work: (request: UpstreamRequest) => Promise<T>, options?: { retries?: boolean }): Promise<T>;
}

export interface UpstreamOptions {
  readonly transport: Transport;
  readonly credential: Credential;
  readonly clock: Clock;
  readonly pause: Pause;
  readonly requestMs: number;
  /** Aborts all requests. */
  readonly closing: Signal;
  readonly observer?: CallObserver | undefined;
}

/** Maximum number of requests in flight per read. */
const MAX_CONCURRENT = 4;

/** A watcher must not join a read from before the change that woke it. */
const NOT_SHARED: ReadSharing = {
  read: (_what, signal, start) => start(signal),
  beginEpoch: () => undefined,
};

export function createUpstream(options: UpstreamOptions): Upstream {
  const { transport, credential, clock, pause, requestMs, closing } = options;
  return {
    async read(work, { retries = false } = {}) {
      const deadline = new Cancellation();
      const cancelTimer = clock.schedule(requestMs, () => {
        deadline.abort(new DeadlineError(`The upstream did not respond within ${requestMs} ms`));
      });
      const unfollow = deadline.follow(closing);
      let hintMs: number | undefined;
      const traffic = transport.traffic.open();
      const deadlineAt = clock.now() + requestMs;
      const rest = createRestClient(transport, {
        ...credential,
        principal: 'watcher',
        sharing: NOT_SHARED,
        traffic,
        pause: transport.pauses.of(credential),
        remainingMs: () => deadlineAt - clock.now(),
        maxConcurrent: MAX_CONCURRENT,
        readSignal: deadline,
        writeSignal: deadline,
        onResponse: (_name, headers) => {
          hintMs = readPollHint(headers['openai-poll-after-ms']) ?? hintMs;
        },
        ...(retries ? {} : { maxAttempts: 1 }),
        observer: options.observer,
      });
      try {
        return await work({ rest, hintMs: () => hintMs });
      } catch (error) {
        pause.onError(error);
        throw error;
      } finally {
        cancelTimer();
        traffic.end();
        unfollow();
      }
    },
  };
}
