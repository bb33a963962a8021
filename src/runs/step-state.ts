import type { RunStep, ToolCall } from '../rest/wire/run.ts';
import type { StepDelta } from '../rest/wire/stream-event.ts';
import type { RunEvent, ToolCallDelta } from './events.ts';
import { ToolCallState } from './tool-call-state.ts';

const ENDED = new Set(['completed', 'failed', 'cancelled', 'expired', 'incomplete']);

/** True once the status of a step can no longer change; false for unknown statuses. */
export function hasStepEnded({ status }: RunStep): boolean {
  return ENDED.has(status);
}

/** The state of one step, as recorded in the log. Like MessageState, it turns each change into one event only. */
export class StepState {
  readonly #id: string;
  readonly #calls = new Map<number, ToolCallState>();
  /** The last object; its tool calls are outdated. Undefined if only deltas have been received. */
  #step: RunStep | undefined;

  constructor(id: string) {
    this.#id = id;
  }

  /** True once the step cannot change any more. */
  get isEnded(): boolean {
    return this.#step !== undefined && hasStepEnded(this.#step);
  }

  /** Applies an object from upstream. An ended step does not become unended. @param stream set if it is from a stream */
  observe(step: RunStep, stream?: number): RunEvent[] {
    const before = this.#step;
    if (this.isEnded && !hasStepEnded(step)) return [];
    const isNew = before === undefined && this.#calls.size === 0;
    this.#step = step;
    const growth = this.#observeCalls(step, stream);
    if (before?.status === step.status) return growth;
    const changed: RunEvent = { type: 'step.changed', step };
    return isNew ? [changed, ...growth] : [...growth, changed];
  }

  /** Applies a delta from a stream. */
  applyDelta({ delta }: StepDelta, stream: number): RunEvent[] {
    if (this.isEnded) return [];
    const calls = delta.step_details.tool_calls.map((call) =>
      this.#call(call.index).applyDelta(call, stream),
    );
    return this.#delta(calls);
  }

  /** The step with all deltas applied. Undefined if no object has been received yet. */
  latest(): RunStep | undefined {
    const step = this.#step;
    if (step === undefined || step.step_details.type !== 'tool_calls' || this.#calls.size === 0) return step;
    const tool_calls = this.#sorted().map((call): ToolCall => call.latest());
    return { ...step, step_details: { type: 'tool_calls', tool_calls } };
  }

  /** Events that rebuild the step from nothing. */
  snapshot(): RunEvent[] {
    const step = this.latest();
    const delta = this.#delta(this.#sorted().map((call) => call.snapshot()));
    return step === undefined ? delta : [{ type: 'step.changed', step }, ...delta];
  }

  #observeCalls({ step_details: details }: RunStep, stream: number | undefined): RunEvent[] {
    if (details.type !== 'tool_calls') return [];
    const deltas = details.tool_calls.map((call, index) => this.#call(index).observe(call, stream));
    return this.#delta(deltas.filter((delta) => delta !== undefined));
  }

  #delta(tool_calls: readonly ToolCallDelta[]): RunEvent[] {
    return tool_calls.length === 0 ? [] : [{ type: 'step.delta', step_id: this.#id, tool_calls }];
  }

  #call(index: number): ToolCallState {
    const call = this.#calls.get(index) ?? new ToolCallState(index);
    this.#calls.set(index, call);
    return call;
  }

  #sorted(): ToolCallState[] {
    return [...this.#calls].sort(([a], [b]) => a - b).map(([, call]) => call);
  }
}
