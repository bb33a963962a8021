import type { NewId } from '../ids.ts';
import type { ModelCall } from '../models/model.ts';
import type {
  FunctionCall,
  RunObject,
  StepFunctionCall,
  StepObject,
  StepToolCall,
  Usage,
} from '../objects.ts';
import type { Store } from '../store/store.ts';
import type { RunEvent } from './run-events.ts';
import { currentRun, openStep, runEvent } from './run-states.ts';
import { questionOf, searchName } from './searching.ts';
import { newStep, newStepEvents } from './steps.ts';

/**
 * Creates a step for a round of calls. The events build them up one after another, with the arguments in small parts. If the
 * round has only functions, the run requires action at once; otherwise, its searches come first.
 */
export function beginCalls(
  store: Store,
  newId: NewId,
  run: RunObject,
  calls: readonly ModelCall[],
  usage: Usage,
): RunEvent[] {
  const search = searchName(run);
  const toolCalls = calls.map((call): StepToolCall => {
    const id = newId('call_');
    return call.name === search
      ? { id, type: 'retrieval', retrieval: {} }
      : { id, type: 'function', function: { ...call, output: null } };
  });
  const empty = newStep(newId, run, { type: 'tool_calls', tool_calls: [] }, 0, store.seconds());
  const step: StepObject = { ...empty, step_details: { type: 'tool_calls', tool_calls: toolCalls }, usage };
  store.steps.insert(run.id, step);
  for (const [index, { id, type }] of toolCalls.entries()) {
    const call = calls[index];
    if (type === 'retrieval' && call !== undefined) store.searches.add(id, step.id, questionOf(call));
  }
  const events = [
    ...newStepEvents(empty),
    ...toolCalls.flatMap((call, index) => callDeltas(step.id, call, index)),
  ];
  const hasSearches = toolCalls.some(({ type }) => type === 'retrieval');
  return hasSearches ? events : [...events, ...continueCalls(store, run.id, step, toolCalls)];
}

/** What follows when the searches of a round are done: the run requires action for its functions, or the step is completed. */
export function continueCalls(
  store: Store,
  runId: string,
  step: StepObject,
  calls: readonly StepToolCall[],
): RunEvent[] {
  const functions = calls.filter((call) => call.type === 'function');
  if (functions.length > 0) return requireAction(store, runId, functions);
  const completed: StepObject = { ...step, status: 'completed', completed_at: store.seconds() };
  store.steps.replace(completed);
  return [{ name: 'thread.run.step.completed', data: completed }];
}

/** Arguments are streamed a few characters at a time, as a model writes them, but in at most this many parts. */
const MAX_PARTS = 50;
const PART_LENGTH = 8;

function partsOf(text: string): string[] {
  const length = Math.max(PART_LENGTH, Math.ceil(text.length / MAX_PARTS));
  return text.match(new RegExp(`.{1,${length}}`, 'gsu')) ?? [];
}

function callDeltas(stepId: string, call: StepToolCall, index: number): RunEvent[] {
  return callParts(call).map((part) => ({
    name: 'thread.run.step.delta',
    data: {
      id: stepId,
      object: 'thread.run.step.delta',
      delta: { step_details: { type: 'tool_calls', tool_calls: [{ index, ...part }] } },
    },
  }));
}

function callParts(call: StepToolCall): object[] {
  if (call.type === 'retrieval') return [call];
  const { id, type } = call;
  const { name, arguments: json } = call.function;
  const opening = { id, type, function: { name, arguments: '', output: null } };
  return [opening, ...partsOf(json).map((part) => ({ type, function: { arguments: part } }))];
}

/** Moves a run from in_progress to requires_action, until a client submits the outputs of `calls`. */
function requireAction(store: Store, runId: string, calls: readonly StepFunctionCall[]): RunEvent[] {
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
  return (call: StepToolCall): StepToolCall =>
    call.type === 'retrieval'
      ? call
      : { ...call, function: { ...call.function, output: outputs.get(call.id) ?? '' } };
}
