/** The state of a live run in the storage of the tab, so that a reload continues after the last event. */
import type { RunState } from './run-state.ts';

/** A tab has about 5 MB. A longer run is read again from its first event. */
const MAX_LENGTH = 1_000_000;

/** The number changes with the form of RunState. */
const keyOf = (id: string) => `assistants-chat:run-1:${id}`;

export function readRun(id: string): RunState | undefined {
  try {
    const text = sessionStorage.getItem(keyOf(id));
    // Only this module writes it.
    return text === null ? undefined : (JSON.parse(text) as RunState);
  } catch {
    return undefined;
  }
}

export function storeRun(id: string, state: RunState): void {
  const text = JSON.stringify(state);
  try {
    if (text.length > MAX_LENGTH) sessionStorage.removeItem(keyOf(id));
    else sessionStorage.setItem(keyOf(id), text);
  } catch {
    // The storage is full or turned off: a reload then reads the run from its first event.
  }
}

export function forgetRun(id: string): void {
  try {
    sessionStorage.removeItem(keyOf(id));
  } catch {
    // The storage is turned off.
  }
}
