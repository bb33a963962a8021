import type { RequestOf } from '../rest/operations.ts';
import { isTerminal } from '../rest/run-status.ts';
import type { StreamTransport } from '../rest/stream-transport.ts';
import { type Cursor, decodeCursor } from './cursor.ts';
import { InvalidCursorError, WatchFailedError } from './errors.ts';
import { Follower } from './follower.ts';
import type {
  CredentialRuns,
  FollowOptions,
  RunIds,
  RunLogEntry,
  RunOutcome,
  StartOperation,
} from './runs.ts';
import { isForStatusFollower, StatusFollower } from './status-follower.ts';
import type { Watcher } from './watcher.ts';
import type { Watchers } from './watchers.ts';

/** @param streams if undefined, no request asks for a stream */
export function createCredentialRuns(
  watchers: Watchers,
  streams: StreamTransport | undefined,
): CredentialRuns {
  const followStatus = async (ids: RunIds, options: Pick<FollowOptions, 'signal'> = {}) => {
    const watcher = await watchers.open(ids, false);
    const { log, state } = watcher;
    const first = { cursor: log.cursor(log.head), event: state.lastStatus, isReplay: true };
    return new StatusFollower(
      new Follower({
        log,
        after: log.head,
        first,
        accepts: ({ event }) => isForStatusFollower(event),
        signal: options.signal,
        onLeave: watcher.join(false),
      }),
    );
  };

  return {
    async follow(ids, { after, signal } = {}) {
      const cursor = after === undefined ? undefined : decodeCursor(ids, after);
      const watcher = await watchers.open(ids, true);
      const place = placeIn(watcher, cursor);
      return new Follower({ ...place, log: watcher.log, signal, onLeave: watcher.join(true) });
    },
    followStatus,
    async waitForEnd(ids, signal): Promise<RunOutcome> {
      for await (const run of await followStatus(ids, { signal })) {
        if (isTerminal(run.status)) return { outcome: 'ended', run };
        if (run.status === 'requires_action') return { outcome: 'requires_action', run };
      }
      if (signal.reason !== undefined) throw signal.reason;
      throw new WatchFailedError({ code: 'UPSTREAM_ERROR', message: 'The run is no longer watched' });
    },
    latest(ids) {
      const state = watchers.get(ids)?.state;
      return (
        state && {
          run: state.run,
          step: (stepId) => state.step(stepId)?.latest(),
          message: (messageId) => state.message(messageId)?.latest(),
        }
      );
    },
    async start(rest, name, request, { stream: wanted = true } = {}) {
      const isNew = name !== 'submitToolOutputsToRun';
      const known = watchers.get({ thread_id: '', run_id: '', ...request });
      const isWatched = known !== undefined || watchers.hasRoom();
      const isContinuation = isNew || (known !== undefined && isUpToDate(known, request.body));
      const { run, stream } = await rest
        .startRun(name, request, isWatched && wanted ? streams : undefined)
        .catch((error: unknown) => {
          // The outcome may be unknown. The next poll shows it.
          known?.poller.wake();
          throw error;
        });
      if (!isWatched) return run;
      // Without a stream, an existing run is watched only once somebody follows it.
      if (!isNew && stream === undefined) {
        known?.observe(run);
        return run;
      }
      const watcher = await watchers.add(run, isNew);
      if (stream !== undefined) watcher.adopt(stream, isContinuation);
      return run;
    },
    observe: (run) => watchers.get({ thread_id: run.thread_id, run_id: run.id })?.observe(run),
    wake: (ids) => watchers.get(ids)?.poller.wake(),
  };
}

/** Where a follower starts to read. @throws InvalidCursorError if the cursor is beyond the end of the log */
function placeIn(
  { log, state }: Watcher,
  cursor: Cursor | undefined,
): { after: number; first?: RunLogEntry } {
  if (cursor === undefined) return { after: log.start };
  if (cursor.epoch === log.epoch) {
    if (cursor.sequence > log.head) throw new InvalidCursorError();
    return { after: cursor.sequence };
  }
  const event = { type: 'reset' as const, run: state.run };
  return { after: log.start, first: { cursor: log.cursor(log.start), event, isReplay: true } };
}

/**
 * Whether the log has everything up to this submit: the run is still being streamed, or the outputs are for the tool calls that
 * the log ends with. Otherwise there may have been other calls in between.
 */
function isUpToDate({ isStreamed, state }: Watcher, body: RequestOf<StartOperation>['body']): boolean {
  const { status, required_action } = state.run;
  if (isStreamed) return true;
  if (status !== 'requires_action' || required_action === null || required_action === 'unreadable')
    return false;
  const waiting = new Set(required_action.submit_tool_outputs.tool_calls.map(({ id }) => id));
  return 'tool_outputs' in body && body.tool_outputs.every(({ tool_call_id }) => waiting.has(tool_call_id));
}
