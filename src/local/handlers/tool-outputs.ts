import { invalid } from '../http/api-error.ts';
import type { CheckedBody } from '../http/request-bodies.ts';
import type { RunObject } from '../objects.ts';

/** The outputs by call id. Throws a 400 unless there is exactly one for each call that the run waits for. */
export function matchOutputs(
  run: RunObject,
  outputs: CheckedBody<'submitToolOutputsToRun'>['tool_outputs'],
): Map<string, string> {
  if (run.required_action === null) {
    throw invalid(`Run ${run.id} does not accept tool outputs, because its status is '${run.status}'.`);
  }
  const expected = run.required_action.submit_tool_outputs.tool_calls.map(({ id }) => id);
  const given = new Map<string, string>();
  for (const [index, { tool_call_id: id, output }] of outputs.entries()) {
    const param = `tool_outputs[${index}].tool_call_id`;
    if (!expected.includes(id)) throw invalid(`Run ${run.id} is not waiting for tool call '${id}'.`, param);
    if (given.has(id)) throw invalid(`Tool call '${id}' has more than one output.`, param);
    given.set(id, output);
  }
  const missing = expected.filter((id) => !given.has(id));
  if (missing.length > 0) {
    throw invalid(
      `Run ${run.id} needs an output for every tool call; missing: ${missing.join(', ')}.`,
      'tool_outputs',
    );
  }
  return given;
}

/** The steps of a run, with all calls and outputs. The model gets them in each of its turns. */
const MAX_STEP_BYTES = 4 * 1024 * 1024;

/** Throws a 400 if the run would have more outputs than a model is given. */
export function checkOutputsLength(outputs: ReadonlyMap<string, string>, stepBytes: number): void {
  const added = [...outputs.values()].reduce((sum, output) => sum + Buffer.byteLength(output), 0);
  if (stepBytes + added <= MAX_STEP_BYTES) return;
  throw invalid(
    `The calls of a run, with their outputs, must have at most ${MAX_STEP_BYTES} bytes in all.`,
    'tool_outputs',
  );
}
