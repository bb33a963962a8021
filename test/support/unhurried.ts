import type { RestClientOptions } from '../../src/rest/client.ts';
import type { Transport } from '../../src/rest/transport.ts';

/** For a REST client outside an operation: it has no deadline. */
export function unhurried(
  transport: Transport,
): Pick<RestClientOptions, 'traffic' | 'pause' | 'remainingMs'> {
  return {
    traffic: transport.traffic.open(),
    pause: transport.pauses.of({ apiKey: 'key', organization: undefined }),
    remainingMs: () => Number.POSITIVE_INFINITY,
  };
}
