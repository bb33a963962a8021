import { HttpStatusError } from './errors.ts';
import type { FileCallName } from './file-calls.ts';
import type { OperationName } from './operations.ts';

/** Of the 28 operations, and of the calls about files. */
export type CallName = OperationName | FileCallName;

/** Watches REST calls, for logs, metrics and traces. */
export interface CallObserver {
  /** Called just before a request is sent, and again for each retry. */
  begin(name: CallName): ObservedCall;
  /** It is not known whether a write was carried out. */
  outcomeUnknown(name: CallName): void;
}

export interface ObservedCall {
  /** To be sent with the request. */
  readonly headers: Readonly<Record<string, string>>;
  /** The response has the status `outcome`, or an error took its place. To be called once. */
  end(outcome: number | Error): void;
}

/**
 * Tells the observer about a request that may be sent.
 *
 * @param headers those of the request. `begin` adds what the observer wants to be sent
 */
export function observe(observer: CallObserver | undefined, name: CallName, headers: Record<string, string>) {
  let call: ObservedCall | undefined;
  return {
    /** It is about to be sent. */
    begin() {
      call = observer?.begin(name);
      Object.assign(headers, call?.headers);
    },
    /** The response has a status. */
    end: (status: number) => call?.end(status),
    /** It failed, and may not have been sent. @throws the error */
    fail(error: unknown): never {
      call?.end(error instanceof HttpStatusError ? error.upstream.status : toError(error));
      throw error;
    },
  };
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
