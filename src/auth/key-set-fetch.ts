/** Reads the keys of a token's issuer, within bounds. */
import type { Logger } from 'pino';

/** The keys cannot be read, for whatever reason. */
export class UnreadableKeysError extends Error {
  override name = 'UnreadableKeysError';
}

/** Some hundred keys. */
const MAX_BYTES = 256 * 1024;
/** How long nothing is sent after a failure, so that each request does not make one of its own. */
const PAUSE_MS = 1000;

/** For jose, which gives each request a timeout of five seconds and makes one at a time. */
export function createKeySetFetch(log: Logger) {
  let failedAt = Number.NEGATIVE_INFINITY;
  return async (url: string, init: RequestInit): Promise<Response> => {
    if (performance.now() - failedAt < PAUSE_MS) throw new UnreadableKeysError('The last attempt has failed');
    try {
      return await read(url, init);
    } catch (error) {
      failedAt = performance.now();
      log.warn({ reason: reasonOf(error) }, 'the keys of the token issuer cannot be read');
      throw new UnreadableKeysError('The keys cannot be read', { cause: error });
    }
  };
}

async function read(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`The response has the status ${response.status}`);
  }
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error(`The response has more than ${MAX_BYTES} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  if (!Array.isArray(Object(JSON.parse(text)).keys)) throw new Error('The response is not a key set');
  return new Response(text);
}

/** `fetch` says only that it failed, and has the reason as its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message : String(cause);
}
