import type { WatchErrorCode, WatchErrorEvent } from './events.ts';

/** `after` is not a cursor of this run. */
export class InvalidCursorError extends Error {
  override name = 'InvalidCursorError';

  constructor() {
    super('The cursor is not one of this run');
  }
}

/** The credential has reached its maximum number of watched runs. Nothing was sent. */
export class TooManyRunsError extends Error {
  override name = 'TooManyRunsError';

  constructor(max: number) {
    super(`At most ${max} runs can be watched at a time`);
  }
}

/** Watching ended before the run did. */
export class WatchFailedError extends Error {
  override name = 'WatchFailedError';
  readonly code: WatchErrorCode;

  constructor({ code, message }: Pick<WatchErrorEvent, 'code' | 'message'>) {
    super(message);
    this.code = code;
  }
}
