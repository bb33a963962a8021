/** Follows a run to its end, whatever happens to the page and to the connection. */
import { stringifyDocument } from '@urql/core';
import { RunEventsDocument, type RunEventsSubscription } from './generated/operations.ts';
import { createListeners } from './listeners.ts';
import { applyEvent, newRun, type RunState } from './run-state.ts';
import type { Socket } from './socket.ts';
import { forgetRun, readRun, storeRun } from './stored-run.ts';

export interface LiveRun {
  readonly id: string;
  readonly state: RunState;
  /** Whether everything was received: the run has ended, or cannot be followed. */
  readonly isComplete: boolean;
}

export interface FollowedRun {
  /** A new object after each change. */
  readonly current: LiveRun;
  /** Calls the listener after a change, at most once for each frame on the screen. @returns ends that */
  onChange(listener: () => void): () => void;
  /** Stops following. What was received is kept for the next time. */
  stop(): void;
}

const query = stringifyDocument(RunEventsDocument);

/** How often at most what was received is stored, in milliseconds. It is also stored when the page is left. */
const STORE_MS = 500;

/** Begins where the page was before it was reloaded, or with the first event of the run. */
export function followRun(socket: Socket, id: string): FollowedRun {
  let current: LiveRun = { id, state: readRun(id) ?? newRun, isComplete: false };
  let frame: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const { tell, onChange } = createListeners();
  const paint = () => {
    frame = undefined;
    tell();
  };
  const store = () => {
    clearTimeout(timer);
    timer = undefined;
    if (!current.isComplete) storeRun(id, current.state);
  };
  const change = (next: LiveRun) => {
    current = next;
    frame ??= requestAnimationFrame(paint);
    timer ??= setTimeout(store, STORE_MS);
  };
  const finish = (state: RunState) => {
    change({ id, state, isComplete: true });
    forgetRun(id);
  };
  // The socket sends them again when it reconnects.
  const variables = { id, after: current.state.cursor ?? null };
  const unsubscribe = socket.subscribe<RunEventsSubscription>(
    { query, variables },
    {
      next({ data, errors: [error] = [] }) {
        const { state } = current;
        const event = data?.runEvents;
        if (event) {
          variables.after = event.cursor;
          change({ id, state: applyEvent(state, event), isComplete: false });
        } else if (error) {
          finish({
            ...state,
            watchError: { code: String(error.extensions?.code), message: error.message },
          });
        }
      },
      error: () => finish({ ...current.state, watchError: REJECTED }),
      complete: () => {
        if (!current.isComplete) finish(current.state);
      },
    },
  );
  addEventListener('pagehide', store);
  return {
    get current() {
      return current;
    },
    onChange,
    stop() {
      removeEventListener('pagehide', store);
      store();
      if (frame !== undefined) cancelAnimationFrame(frame);
      unsubscribe();
    },
  };
}

const REJECTED = { code: 'REJECTED', message: 'The server does not accept the subscription.' };
