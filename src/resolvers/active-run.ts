import { HttpStatusError } from '../rest/errors.ts';
import { codedError } from './errors.ts';
import { encodeGlobalId } from './global-id.ts';

/** The two sentences with which the API says that a thread is locked, and the run's id in them. */
const LOCKED = [/already has an active run (\S+?)\.?$/, /while a run (\S+) is active/];

/**
 * Sends a write to a thread that a live run may have locked.
 *
 * @throws ACTIVE_RUN with the run's global id where it is; else what `write` throws
 */
export async function refusingActiveRun<T>(ids: { thread_id: string }, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const runId = error instanceof HttpStatusError ? activeRunIn(error.message) : undefined;
    if (runId === undefined || !(error instanceof HttpStatusError)) throw error;
    throw codedError('ACTIVE_RUN', error.message, {
      runId: encodeGlobalId('Run', [ids.thread_id, runId]),
      upstream: error.upstream,
    });
  }
}

function activeRunIn(message: string): string | undefined {
  return LOCKED.map((sentence) => sentence.exec(message)?.[1]).find((id) => id !== undefined);
}
