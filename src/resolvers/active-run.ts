/** Writes that fail while a run of their thread is active, and the ways out that a client can choose. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { GraphQLError } from 'graphql';
import type { Context } from '../context.ts';
import { DeadlineError, HttpStatusError } from '../rest/errors.ts';
import { isTerminal } from '../rest/run-status.ts';
import { codedError } from './errors.ts';
import { encodeGlobalId } from './global-id.ts';

/** What to do if the thread has an active run: fail at once, wait until it ends, or cancel it and wait. */
export type ActiveRunPolicy = 'fail' | 'wait' | 'cancel';

/** Deadline of an operation that waits for a run to end, in milliseconds. */
const MAX_WAIT_MS = 60_000;
/** Pause before trying again if upstream says that a run is active, but lists none. */
const RETRY_MS = 500;

interface ThreadIds {
  readonly thread_id: string;
}

/**
 * Sends a write to a thread that an active run may have locked.
 *
 * @throws ACTIVE_RUN with the run's global id: at once with `fail`; with `wait`, if the run requires action; otherwise after
 * MAX_WAIT_MS. Else what `write` throws
 */
export async function onActiveRun<T>(
  ctx: Context,
  ids: ThreadIds,
  policy: ActiveRunPolicy,
  write: () => Promise<T>,
): Promise<T> {
  if (policy !== 'fail') ctx.extendDeadline(MAX_WAIT_MS);
  for (;;) {
    try {
      return await write();
    } catch (error) {
      const lock = lockIn(error);
      if (lock === undefined) throw error;
      const run_id = lock.runId ?? (await activeRunId(ctx, ids));
      if (policy === 'fail') throw activeRunError(lock, ids, run_id);
      await unlock(ctx, { ...ids, run_id }, policy, (message) =>
        activeRunError({ ...lock, message }, ids, run_id),
      );
    }
  }
}

/** Fulfilled when the write may be tried again. */
async function unlock(
  ctx: Context,
  { thread_id, run_id }: ThreadIds & { run_id: string | undefined },
  policy: 'wait' | 'cancel',
  failure: (message: string) => GraphQLError,
): Promise<void> {
  try {
    if (run_id === undefined) {
      await sleep(RETRY_MS, undefined, { signal: ctx.signal });
      return;
    }
    const ids = { thread_id, run_id };
    if (policy === 'cancel') await cancel(ctx, ids);
    const { outcome } = await ctx.runs.waitForEnd(ids, ctx.signal);
    if (outcome === 'requires_action' && policy === 'wait') {
      throw failure('The active run of the thread requires action: submit its tool outputs or cancel it');
    }
  } catch (error) {
    if (ctx.signal.reason instanceof DeadlineError) {
      throw failure(`The thread still had an active run after ${MAX_WAIT_MS / 1000} s`);
    }
    throw error;
  }
}

/** A run that has just ended, or is being cancelled already, needs no cancelling. */
async function cancel(ctx: Context, ids: ThreadIds & { run_id: string }): Promise<void> {
  try {
    ctx.runs.observe(await ctx.rest.call('cancelRun', ids));
  } catch (error) {
    const status = error instanceof HttpStatusError ? error.upstream.status : undefined;
    if (status !== 400 && status !== 404) throw error;
    ctx.runs.wake(ids);
  }
}

/** The newest run of the thread, if it is active: for an upstream that does not name the run. */
async function activeRunId(ctx: Context, ids: ThreadIds): Promise<string | undefined> {
  const { items } = await ctx.freshLoaders().list('Run', ids, { limit: 1, order: 'desc' });
  const [newest] = items;
  if (newest === undefined || newest instanceof Error) return undefined;
  return isTerminal((await newest.load()).status) ? undefined : newest.restId;
}

interface Lock {
  readonly message: string;
  readonly upstream: HttpStatusError['upstream'];
  readonly runId: string | undefined;
}

/** The two sentences with which the API says that a thread is locked, and the run's id in them. */
const LOCKED = [/already has an active run (\S+?)\.?$/, /while a run (\S+) is active/];

function lockIn(error: unknown): Lock | undefined {
  if (!(error instanceof HttpStatusError)) return undefined;
  const { message, upstream } = error;
  const runId = LOCKED.map((sentence) => sentence.exec(message)?.[1]).find((id) => id !== undefined);
  return runId === undefined ? undefined : { message, upstream, runId };
}

function activeRunError({ message, upstream }: Lock, { thread_id }: ThreadIds, runId: string | undefined) {
  return codedError('ACTIVE_RUN', message, {
    runId: runId === undefined ? null : encodeGlobalId('Run', [thread_id, runId]),
    upstream,
  });
}
