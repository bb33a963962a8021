/** Tool calls: as a query returns them, and as the events of a run complete them. */
import type { RunEventsSubscription, ToolCallPartsFragment } from './generated/operations.ts';
import type { Call } from './run-state.ts';

type StepDelta = Extract<NonNullable<RunEventsSubscription['runEvents']>, { __typename: 'RunStepDelta' }>;
type CallDelta = StepDelta['toolCalls'][number];

/** The calls of a round with more of one of them. */
export function applyCallDelta(calls: readonly Call[], delta: CallDelta): readonly Call[] {
  const before = calls[delta.index] ?? { id: '', type: delta.type, name: '', arguments: '', output: null };
  const all = [...calls];
  all[delta.index] = { ...withDelta(before, delta), id: delta.toolCallId ?? before.id, type: delta.type };
  // An index may be ahead of its predecessors.
  return Array.from(all, (call) => call ?? { ...before, id: '', name: '', arguments: '', output: null });
}

function withDelta(call: Call, delta: CallDelta): Call {
  switch (delta.__typename) {
    case 'FunctionToolCallDelta':
      return {
        ...call,
        name: delta.name ?? call.name,
        arguments: grown(call.arguments, delta.offset, delta.arguments),
        output: delta.output ?? call.output,
      };
    case 'CodeInterpreterToolCallDelta': {
      const logs = delta.outputs.reduce(
        (text, output) => grown(text, output.index === 0 ? output.offset : text.length, output.logs),
        call.output ?? '',
      );
      return {
        ...call,
        arguments: grown(call.arguments, delta.offset, delta.input),
        output: logs === '' ? call.output : logs,
      };
    }
    default:
      return call;
  }
}

/** @param piece null if nothing changed */
function grown(text: string, offset: number, piece: string | null): string {
  return piece === null ? text : text.slice(0, offset) + piece;
}

/** A call of a run that has ended. */
export function callOf(call: ToolCallPartsFragment): Call {
  const { toolCallId: id, type } = call;
  switch (call.__typename) {
    case 'FunctionToolCall':
      return { id, type, name: call.name, arguments: call.arguments, output: call.output };
    case 'CodeInterpreterToolCall': {
      const logs = call.outputs.flatMap((output) => ('logs' in output ? output.logs : []));
      return {
        id,
        type,
        name: '',
        arguments: call.input,
        output: logs.length === 0 ? null : logs.join('\n'),
      };
    }
    default:
      return { id, type, name: '', arguments: '', output: null };
  }
}
