/** Writes that fail while a run of their thread is active, and the ways out that a client can choose. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { GraphQLError } from 'graphql';
import type { Context } from '../context.ts';
import { codedError } from '../errors.ts';
import { ActiveRunError, DeadlineError, HttpStatusError } from '../rest/errors.ts';
import { orAborted } from '../rest/or-aborted.ts';
import { isTerminal } from '../rest/run-status.ts';
import { TooManyRunsError, WatchFailedError } from '../runs/errors.ts';
import { encodeGlobalId } from './global-id.ts';

/** What to do if the thread has an active run: fail at once, wait until it ends, or cancel it and wait. */
export type ActiveRunPolicy = 'fail' | 'wait' | 'cancel';

/** Deadline of an operation that waits for a run to end, in milliseconds. */
const MAX_WAIT_MS = 60_000;
/** Pause before the next attempt if the upstream reports an active run that does not seem to be active. */
const RETRY_MS = 500;

interface ThreadIds {
  readonly thread_id: string;
}

/**
 * Sends a write that fails while a run of the thread is active.
 *
 * @throws ACTIVE_RUN, with the global ID of the run if it is known: at once with `fail`; with `wait`, if the run requires
 * action; otherwise after MAX_WAIT_MS. Else what `write` throws
 */
export async function onActiveRun<T>(
  ctx: Context,
  ids: ThreadIds,
  policy: ActiveRunPolicy,
  write: () => Promise<T>,
): Promise<T> {
  if (policy !== 'fail') ctx.extendDeadline(MAX_WAIT_MS);
  for (let awaited: string | undefined; ; ) {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof ActiveRunError)) throw error;
      const run_id = error.runId ?? (await findActiveRun(ctx, ids));
      const failure = (message: string) =>
        codedError('ACTIVE_RUN', message, {
          runId: run_id === undefined ? null : encodeGlobalId('Run', [ids.thread_id, run_id]),
          upstream: error.upstream,
        });
      if (policy === 'fail') throw failure(error.message);
      // Either nothing says when the run ends, or it has ended and upstream has yet to unlock the thread.
      const isUnclear = run_id === undefined || run_id === awaited;
      await unlock(ctx, { ...ids, run_id }, policy, isUnclear ? RETRY_MS : 0, failure);
      awaited = run_id;
    }
  }
}

/** Resolves when the write may be sent again. @param pauseMs at least so many milliseconds later */
async function unlock(
  ctx: Context,
  { thread_id, run_id }: ThreadIds & { run_id: string | undefined },
  policy: 'wait' | 'cancel',
  pauseMs: number,
  failure: (message: string) => GraphQLError,
): Promise<void> {
  try {
    if (pauseMs > 0) await orAborted(sleep(pauseMs, undefined, { ref: false }), ctx.signal);
    if (run_id === undefined) return;
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
    if (ctx.signal.aborted) throw ctx.signal.reason;
    if (error instanceof WatchFailedError) throw codedError(error.code, error.message);
    if (error instanceof TooManyRunsError) throw codedError('RATE_LIMITED', error.message);
    throw error;
  }
}

/** A run that has just ended, or is being cancelled already, cannot be cancelled. */
async function cancel(ctx: Context, ids: ThreadIds & { run_id: string }): Promise<void> {
  try {
    ctx.runs.observe(await ctx.rest.call('cancelRun', ids));
  } catch (error) {
    const status = error instanceof HttpStatusError ? error.upstream.status : undefined;
    if (status !== 400 && status !== 404) throw error;
    ctx.runs.wake(ids);
  }
}

/** The newest run of the thread, if it is active. Undefined if it cannot be read. */
async function findActiveRun(ctx: Context, ids: ThreadIds): Promise<string | undefined> {
  try {
    const { items } = await ctx.freshLoaders().list('Run', ids, { limit: 1, order: 'desc' });
    const [newest] = items;
    if (newest === undefined || newest instanceof Error) return undefined;
    return isTerminal((await newest.load()).status) ? undefined : newest.restId;
  } catch {
    return undefined;
  }
}
