import type { Logger } from 'pino';

/** A failed REST call, as the operator of the server may see it. */
export interface UpstreamFailure {
  readonly code: unknown;
  /** The REST operation, such as `listMessages`. */
  readonly operation: string | undefined;
  readonly status: number | undefined;
  readonly message: string;
  /** What the system reported, such as `connect ECONNREFUSED 127.0.0.1:9`. */
  readonly reason: string | undefined;
  /** What the upstream calls the request. Of several failures, the first. */
  readonly requestId: string | undefined;
}

/** Logs what failed and how often, in one entry for an operation. Operations that fail at the same moment share one. */
export interface FailureLog {
  addUpstreamFailure(failure: UpstreamFailure): void;
  addUnexpectedError(error: unknown): void;
}

/** Different failures in one entry. Further ones are counted together. */
const MAX_FAILURES = 20;
/** Different unexpected errors, each an entry with its stack trace. */
const MAX_ERRORS = 5;

export function createFailureLog(log: Logger): FailureLog {
  const failures = new Tally<UpstreamFailure>(MAX_FAILURES);
  const errors = new Tally<{ readonly err: unknown }>(MAX_ERRORS);
  let isPlanned = false;

  const write = () => {
    isPlanned = false;
    const { entries, others } = failures.take();
    if (entries.length > 0)
      log.warn({ failures: entries, ...(others > 0 && { others }) }, 'upstream failures');
    const unexpected = errors.take();
    for (const entry of unexpected.entries) log.error(entry, 'unexpected error');
    if (unexpected.others > 0) log.error({ count: unexpected.others }, 'other unexpected errors');
  };
  const plan = () => {
    if (!isPlanned) queueMicrotask(write);
    isPlanned = true;
  };

  return {
    addUpstreamFailure(failure) {
      const { code, operation, status, reason } = failure;
      failures.add(`${code} ${operation} ${status} ${reason}`, failure);
      plan();
    },
    addUnexpectedError(err) {
      errors.add(err instanceof Error ? `${err.stack}` : String(err), { err });
      plan();
    },
  };
}

/** Counts what is equal by its key, up to a number of different keys. */
class Tally<Value extends object> {
  readonly #max: number;
  #entries = new Map<string, { value: Value; count: number }>();
  #others = 0;

  constructor(max: number) {
    this.#max = max;
  }

  add(key: string, value: Value): void {
    const known = this.#entries.get(key);
    if (known !== undefined) known.count++;
    else if (this.#entries.size < this.#max) this.#entries.set(key, { value, count: 1 });
    else this.#others++;
  }

  take(): { readonly entries: readonly (Value & { readonly count: number })[]; readonly others: number } {
    const taken = {
      entries: [...this.#entries.values()].map(({ value, count }) => ({ ...value, count })),
      others: this.#others,
    };
    this.#entries = new Map();
    this.#others = 0;
    return taken;
  }
}
