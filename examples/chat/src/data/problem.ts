/** What went wrong with an operation, in words for the people who use the page. */
import type { CombinedError } from '@urql/core';

export interface Problem {
  /** `extensions.code` of the first error, or `NETWORK`. */
  readonly code: string;
  readonly message: string;
  /** ID of the active run, with `ACTIVE_RUN`. */
  readonly runId?: string;
}

export function problemOf({ graphQLErrors: [error], response }: CombinedError): Problem {
  if (error === undefined) {
    const isRejected = response?.status === 401;
    return isRejected
      ? { code: 'UNAUTHENTICATED', message: 'The server requires a credential.' }
      : { code: 'NETWORK', message: 'The server cannot be reached.' };
  }
  const { code, runId } = error.extensions;
  return {
    code: typeof code === 'string' ? code : 'UNKNOWN',
    message: error.message,
    ...(typeof runId === 'string' && { runId }),
  };
}
