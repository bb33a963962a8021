import type { Run } from '../rest/wire/run.ts';
import { WatchFailedError } from './errors.ts';
import type { RunEvent, WatchErrorEvent } from './events.ts';
import type { Follower } from './follower.ts';

/** Whether a status follower needs an event: a new status, or the permanent failure of watching. */
export function isForStatusFollower(event: RunEvent): boolean {
  return event.type === 'run.status' || isFinalFailure(event);
}

function isFinalFailure(event: RunEvent): event is WatchErrorEvent {
  return event.type === 'watch.error' && !event.will_continue;
}

/** Yields the runs in the status events of a follower, never with the same status twice in a row. */
export class StatusFollower implements AsyncIterableIterator<Run> {
  readonly #follower: Follower;
  #lastStatus: string | undefined;

  constructor(follower: Follower) {
    this.#follower = follower;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** @throws WatchFailedError if watching fails permanently */
  async next(): Promise<IteratorResult<Run, undefined>> {
    for (;;) {
      const { value, done } = await this.#follower.next();
      if (done) return { value: undefined, done: true };
      const { event } = value;
      if (isFinalFailure(event)) {
        await this.#follower.return();
        throw new WatchFailedError(event);
      }
      if (event.type !== 'run.status' || event.status === this.#lastStatus) continue;
      this.#lastStatus = event.status;
      return { value: event.run, done: false };
    }
  }

  async return(): Promise<IteratorResult<Run, undefined>> {
    await this.#follower.return();
    return { value: undefined, done: true };
  }
}
