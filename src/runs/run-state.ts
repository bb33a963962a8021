import { isTerminal } from '../rest/run-status.ts';
import type { StreamEvent } from '../rest/run-stream.ts';
import type { Message } from '../rest/wire/message.ts';
import type { Run, RunStep } from '../rest/wire/run.ts';
import type { RunEvent, RunStatusEvent } from './events.ts';
import { MessageState } from './message-state.ts';
import { StepState } from './step-state.ts';

/**
 * A run as its log has told it: pure, without clock or network. What upstream shows, in a stream or to a GET, goes in; what
 * is new about it comes out as events, in the order in which followers are to see them.
 */
export class RunState {
  readonly #steps = new Map<string, StepState>();
  readonly #messages = new Map<string, MessageState>();
  /** Numbers the streams, since each brings the texts of its messages from their start. */
  #stream = 0;
  #run: Run;
  #lastStatus: RunStatusEvent;

  /** @param now Unix seconds */
  constructor(run: Run, now: number) {
    this.#run = withOneQueued(run);
    this.#lastStatus = statusEvent(this.#run, undefined, now);
  }

  /** The newest that is known. */
  get run(): Run {
    return this.#run;
  }

  /** The event that told the present status. */
  get lastStatus(): RunStatusEvent {
    return this.#lastStatus;
  }

  get isEnded(): boolean {
    return isTerminal(this.#run.status);
  }

  /** False while a step or a message known here may still change. */
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

  /** Upstream shows the run like this. A run that has ended stays as it ended. @param now Unix seconds */
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
   * The same for a run from a stream or a write, which may be older than what a poll has shown meanwhile: only what can
   * follow the present status counts.
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

  /** A stream begins. */
  beginStream(): void {
    this.#stream++;
  }

  /** An event of the present stream. One of another run or thread tells nothing. @param now Unix seconds */
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

  /** Forgets all steps and messages, for a run that is too large to keep. */
  dropContent(): void {
    this.#steps.clear();
    this.#messages.clear();
  }

  /** Events that tell all of the run to someone who knows nothing of it. */
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

/** Older servers create a run as `created`. */
function withOneQueued(run: Run): Run {
  return run.status === 'created' ? { ...run, status: 'queued' } : run;
}

/** Whether a status may come after another, in the order of the API. Unknown statuses may come after any. */
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

/** When upstream says that the status was reached, where it says so and that is not about an earlier time. */
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
