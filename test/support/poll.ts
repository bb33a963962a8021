/** Polling for tests, for a change that no event announces. */
import { setTimeout as pause } from 'node:timers/promises';

const INTERVAL_MS = 10;
/** Less than a test's own timeout, so that a failure shows the last value. */
const TIMEOUT_MS = 15_000;

/**
 * Reads a value until it passes the check, with a pause between two reads.
 *
 * @throws what `read` throws, at once; after 15 s an error with the last value
 */
export async function poll<Value>(
  read: () => Promise<Value>,
  isExpected: (value: Value) => boolean,
): Promise<Value> {
  const deadline = performance.now() + TIMEOUT_MS;
  for (;;) {
    const value = await read();
    if (isExpected(value)) return value;
    if (performance.now() > deadline) {
      throw new Error(`Not the expected value within ${TIMEOUT_MS} ms: ${JSON.stringify(value)}`);
    }
    await pause(INTERVAL_MS);
  }
}
