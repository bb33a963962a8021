import type { Run } from '../rest/wire/run.ts';
import type { Follower } from './follower.ts';

/** The runs in the status events that a follower delivers, never with the same status twice in a row. */
export class StatusFollower implements AsyncIterableIterator<Run> {
  readonly #follower: Follower;
  #lastStatus: string | undefined;

  constructor(follower: Follower) {
    this.#follower = follower;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Run, undefined>> {
    for (;;) {
      const { value, done } = await this.#follower.next();
      if (done) return { value: undefined, done: true };
      const { event } = value;
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
