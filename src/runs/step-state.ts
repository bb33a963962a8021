import type { RunStep, ToolCall } from '../rest/wire/run.ts';
import type { StepDelta } from '../rest/wire/stream-event.ts';
import type { RunEvent, ToolCallDelta } from './events.ts';
import { ToolCallState } from './tool-call-state.ts';

const ENDED = new Set(['completed', 'failed', 'cancelled', 'expired', 'incomplete']);

/** True once the status of a step can no longer change; false for unknown statuses. */
export function hasStepEnded({ status }: RunStep): boolean {
  return ENDED.has(status);
}

/** One step as the log has told it. Like MessageState it tells each fact once, wherever it comes from. */
export class StepState {
  readonly #id: string;
  readonly #calls = new Map<number, ToolCallState>();
  /** Undefined if only deltas have come. */
  #step: RunStep | undefined;

  constructor(id: string) {
    this.#id = id;
  }

  /** True once nothing more can happen to the step. */
  get isEnded(): boolean {
    return this.#step !== undefined && hasStepEnded(this.#step);
  }

  /** Upstream shows the step like this, maybe in a stream. What has ended stays as it ended. */
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

  /** A stream brings a piece. */
  applyDelta({ delta }: StepDelta, stream: number): RunEvent[] {
    if (this.isEnded) return [];
    const calls = delta.step_details.tool_calls.map((call) =>
      this.#call(call.index).applyDelta(call, stream),
    );
    return this.#delta(calls);
  }

  /** The newest that is known, with the tool calls received so far. Undefined if no object has come yet. */
  latest(): RunStep | undefined {
    const step = this.#step;
    if (step === undefined || step.step_details.type !== 'tool_calls' || this.#calls.size === 0) return step;
    const tool_calls = this.#sorted().map((call): ToolCall => call.latest());
    return { ...step, step_details: { type: 'tool_calls', tool_calls } };
  }

  /** Events that tell all of the step to someone who knows nothing of it. */
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
