/** The one place where an HTTP request becomes a caller. */
import type { Config } from '../config.ts';
import type { Principal } from '../context.ts';

export interface Caller {
  readonly principal: Principal;
  /** Aborted when the client disconnects. */
  readonly signal: AbortSignal;
  /** Whether the response is to say how many REST calls were made. */
  readonly wantsCalls: boolean;
}

/** With AUTH=none every client is the same principal, and upstream is called with the one configured key. */
export function createCallerReader(config: Config): (request: Request) => Caller {
  const principal: Principal = {
    id: 'anonymous',
    credential: {
      apiKey: config.UPSTREAM_API_KEY,
      organization: config.UPSTREAM_ORGANIZATION,
      beta: config.UPSTREAM_BETA,
    },
  };
  return ({ signal, headers }) => ({
    principal,
    signal,
    wantsCalls: config.SHOW_UPSTREAM_CALLS && headers.get('x-show-upstream-calls') === '1',
  });
}
