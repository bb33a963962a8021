import type { NewId } from '../ids.ts';
import type { ModelCall } from '../models/model.ts';
import type { FunctionCall, RunObject, StepFunctionCall, StepObject, Usage } from '../objects.ts';
import type { Store } from '../store/store.ts';
import type { RunEvent } from './run-events.ts';
import { currentRun, openStep, runEvent } from './run-states.ts';
import { newStep, newStepEvents } from './steps.ts';

/** Creates a step for a round of calls. The events build them up one after another, with the arguments in small parts. */
export function beginCalls(
  store: Store,
  newId: NewId,
  run: RunObject,
  calls: readonly ModelCall[],
  usage: Usage,
): { calls: StepFunctionCall[]; events: RunEvent[] } {
  const toolCalls = calls.map(
    (call): StepFunctionCall => ({
      id: newId('call_'),
      type: 'function',
      function: { ...call, output: null },
    }),
  );
  const empty = newStep(newId, run, { type: 'tool_calls', tool_calls: [] }, 0, store.seconds());
  store.steps.insert(run.id, {
    ...empty,
    step_details: { type: 'tool_calls', tool_calls: toolCalls },
    usage,
  });
  const deltas = toolCalls.flatMap((call, index) => callDeltas(empty.id, call, index));
  return { calls: toolCalls, events: [...newStepEvents(empty), ...deltas] };
}

/** Arguments are streamed a few characters at a time, as a model writes them, but in at most this many parts. */
const MAX_PARTS = 50;
const PART_LENGTH = 8;

function partsOf(text: string): string[] {
  const length = Math.max(PART_LENGTH, Math.ceil(text.length / MAX_PARTS));
  return text.match(new RegExp(`.{1,${length}}`, 'gsu')) ?? [];
}

function callDeltas(
  stepId: string,
  { id, type, function: call }: StepFunctionCall,
  index: number,
): RunEvent[] {
  const opening = { index, id, type, function: { name: call.name, arguments: '', output: null } };
  const parts = partsOf(call.arguments).map((part) => ({
    index,
    type,
    function: { arguments: part },
  }));
  return [opening, ...parts].map((toolCall) => ({
    name: 'thread.run.step.delta',
    data: {
      id: stepId,
      object: 'thread.run.step.delta',
      delta: { step_details: { type: 'tool_calls', tool_calls: [toolCall] } },
    },
  }));
}

/** Moves a run from in_progress to requires_action, until a client submits the outputs of `calls`. */
export function requireAction(store: Store, runId: string, calls: readonly StepFunctionCall[]): RunEvent[] {
  const toolCalls = calls.map(
    ({ id, type, function: { name, arguments: json } }): FunctionCall => ({
      id,
      type,
      function: { name, arguments: json },
    }),
  );
  const waiting: RunObject = {
    ...currentRun(store, runId),
    status: 'requires_action',
    required_action: { type: 'submit_tool_outputs', submit_tool_outputs: { tool_calls: toolCalls } },
  };
  store.runs.replace(waiting);
  return [runEvent(waiting)];
}

/** Stores the outputs of all calls, completes their step and queues the run again. */
export function acceptOutputs(
  store: Store,
  runId: string,
  outputs: ReadonlyMap<string, string>,
): { run: RunObject; events: RunEvent[] } {
  return store.transaction(() => {
    const events: RunEvent[] = [];
    const step = openStep(store, runId);
    if (step?.step_details.type === 'tool_calls') {
      const completed: StepObject = {
        ...step,
        status: 'completed',
        completed_at: store.seconds(),
        step_details: {
          type: 'tool_calls',
          tool_calls: step.step_details.tool_calls.map(withOutput(outputs)),
        },
      };
      store.steps.replace(completed);
      events.push({ name: 'thread.run.step.completed', data: completed });
    }
    const queued: RunObject = { ...currentRun(store, runId), status: 'queued', required_action: null };
    store.runs.replace(queued);
    return { run: queued, events: [...events, runEvent(queued)] };
  });
}

function withOutput(outputs: ReadonlyMap<string, string>) {
  return (call: StepFunctionCall): StepFunctionCall => ({
    ...call,
    function: { ...call.function, output: outputs.get(call.id) ?? '' },
  });
}
