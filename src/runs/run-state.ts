import { isTerminal } from '../rest/run-status.ts';
import type { StreamEvent } from '../rest/run-stream.ts';
import type { Message } from '../rest/wire/message.ts';
import type { Run, RunStep } from '../rest/wire/run.ts';
import type { RunEvent, RunStatusEvent } from './events.ts';
import { MessageState } from './message-state.ts';
import { StepState } from './step-state.ts';

/**
 * The state of a run, as recorded in its log. It turns objects and stream events from upstream into log events, in the order in
 * which followers should see them. It uses no clock and no network.
 */
export class RunState {
  readonly #steps = new Map<string, StepState>();
  readonly #messages = new Map<string, MessageState>();
  /** Number of the current stream. Each stream delivers the texts of its messages from their start. */
  #stream = 0;
  #run: Run;
  #lastStatus: RunStatusEvent;

  /** @param now Unix seconds */
  constructor(run: Run, now: number) {
    this.#run = withOneQueued(run);
    this.#lastStatus = statusEvent(this.#run, undefined, now);
  }

  /** The latest run object. */
  get run(): Run {
    return this.#run;
  }

  /** The event of the current status. */
  get lastStatus(): RunStatusEvent {
    return this.#lastStatus;
  }

  get isEnded(): boolean {
    return isTerminal(this.#run.status);
  }

  /** False while a known step or message may still change. */
  get isContentEnded(): boolean {
    const parts = [...this.#steps.values(), ...this.#messages.values()];
    return parts.every(({ isEnded }) => isEnded);
  }

  get steps(): readonly StepState[] {
    return [...this.#steps.values()];
  }

  step(id: string): StepState | undefined {
    return this.#steps.get(id);
  }

  message(id: string): MessageState | undefined {
    return this.#messages.get(id);
  }

  /** Applies a run from a poll. An ended run does not change its status again. @param now Unix seconds */
  observeRun(observed: Run, now: number): RunEvent[] {
    const run = withOneQueued(observed);
    if (run.status === this.#run.status) {
      this.#run = run;
      return [];
    }
    if (this.isEnded) return [];
    this.#run = run;
    this.#lastStatus = statusEvent(run, this.#lastStatus, now);
    return [this.#lastStatus];
  }

  /**
   * Applies a run from a stream or a write. It may be older than the result of a poll, so it is ignored if its status cannot
   * follow the current one.
   */
  observeInOrder(run: Run, now: number): RunEvent[] {
    return canFollow(this.#run.status, withOneQueued(run).status) ? this.observeRun(run, now) : [];
  }

  observeStep(step: RunStep): RunEvent[] {
    return this.#stepState(step.id).observe(step);
  }

  observeMessage(message: Message): RunEvent[] {
    return this.#messageState(message.id).observe(message);
  }

  /** Call this before the events of each stream. */
  beginStream(): void {
    this.#stream++;
  }

  /** Applies an event of the current stream. An event of another run or thread is ignored. @param now Unix seconds */
  applyStreamEvent(event: StreamEvent, now: number): RunEvent[] {
    const { id, thread_id } = this.#run;
    switch (event.type) {
      case 'run':
        return event.run.id === id ? this.observeInOrder(event.run, now) : [];
      case 'step':
        return event.step.run_id === id
          ? this.#stepState(event.step.id).observe(event.step, this.#stream)
          : [];
      case 'message': {
        const { message } = event;
        const isOurs = message.thread_id === thread_id && (message.run_id === id || message.run_id === null);
        return isOurs ? this.#messageState(message.id).observe(message, this.#stream) : [];
      }
      case 'step.delta': {
        const { delta } = event;
        return delta.delta.step_details.tool_calls.length > 0
          ? this.#stepState(delta.id).applyDelta(delta, this.#stream)
          : [];
      }
      case 'message.delta': {
        const { delta } = event;
        return delta.delta.content.length > 0
          ? this.#messageState(delta.id).applyDelta(delta, this.#stream)
          : [];
      }
      default:
        return [];
    }
  }

  /** Forgets all steps and messages. */
  dropContent(): void {
    this.#steps.clear();
    this.#messages.clear();
  }

  /** Events that rebuild the run from nothing. */
  snapshot(): RunEvent[] {
    const parts = [...this.#steps.values(), ...this.#messages.values()];
    return [{ ...this.#lastStatus, run: this.#run }, ...parts.flatMap((part) => part.snapshot())];
  }

  #stepState(id: string): StepState {
    const state = this.#steps.get(id) ?? new StepState(id);
    this.#steps.set(id, state);
    return state;
  }

  #messageState(id: string): MessageState {
    const state = this.#messages.get(id) ?? new MessageState(id);
    this.#messages.set(id, state);
    return state;
  }
}

/** `created` and `queued` are one status. */
function withOneQueued(run: Run): Run {
  return run.status === 'created' ? { ...run, status: 'queued' } : run;
}

/** Whether a status can follow another. Unknown statuses can follow any. */
function canFollow(before: string, after: string): boolean {
  if (before === after) return true;
  if (isTerminal(before)) return false;
  if (after === 'queued') return before === 'requires_action';
  if (after === 'in_progress' || after === 'requires_action') return before !== 'cancelling';
  return true;
}

function statusEvent(run: Run, before: RunStatusEvent | undefined, now: number): RunStatusEvent {
  const { status } = run;
  return { type: 'run.status', status, at: timeOf(run, before) ?? now, run };
}

/** The time at which the run reached its status according to upstream, unless it is that of an earlier time with this status. */
function timeOf(run: Run, before: RunStatusEvent | undefined): number | null {
  const times: Record<string, number | null> = {
    queued: run.created_at,
    in_progress: run.started_at,
    completed: run.completed_at,
    failed: run.failed_at,
    cancelled: run.cancelled_at,
  };
  const time = times[run.status] ?? null;
  return time !== null && time >= (before?.at ?? 0) ? time : null;
}
