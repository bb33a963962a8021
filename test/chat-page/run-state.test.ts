import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyEvent, newRun, type RunEvent, type RunState } from '../../examples/chat/src/data/run-state.ts';

const cursor = 'cursor';

function after(events: readonly RunEvent[], state: RunState = newRun): RunState {
  return events.reduce(applyEvent, state);
}

function delta(messageId: string, offset: number, text: string): RunEvent {
  return { __typename: 'MessageDelta', cursor, messageId, index: 0, offset, text, annotations: [] };
}

/** A text in pieces, some of which begin before the end of the one before. */
const pieces = fc.array(
  fc.record({ message: fc.constantFrom('one', 'two'), back: fc.nat(3), text: fc.string({ maxLength: 8 }) }),
  { maxLength: 20 },
);

test('events that come again from any point on lead to the same state', () => {
  fc.assert(
    fc.property(pieces, fc.nat(), (parts, from) => {
      const lengths = new Map<string, number>();
      const events = parts.map(({ message, back, text }) => {
        const offset = Math.max((lengths.get(message) ?? 0) - back, 0);
        lengths.set(message, offset + text.length);
        return delta(message, offset, text);
      });
      const once = after(events);
      expect(after(events.slice(from % (events.length + 1)), once)).toEqual(once);
    }),
  );
});

test('a state that was stored and read again goes on as if it had not been', () => {
  const events = [delta('one', 0, 'He'), delta('one', 2, 'llo')];
  const stored: RunState = JSON.parse(JSON.stringify(after(events.slice(0, 1))));
  expect(after(events.slice(1), stored)).toEqual(after(events));
});

test('a reset forgets everything but the cursor', () => {
  const state = after([delta('one', 0, 'Hello'), { __typename: 'RunEventsReset', cursor: 'reset' }]);
  expect(state).toEqual({ ...newRun, cursor: 'reset' });
});

test('tool calls grow by their offsets, and keep their output', () => {
  const call = { index: 0, toolCallId: 'call_1', type: 'FUNCTION' as const };
  const grow = (offset: number, piece: string | null, output: string | null): RunEvent => ({
    __typename: 'RunStepDelta',
    cursor,
    stepId: 'step',
    toolCalls: [
      { __typename: 'FunctionToolCallDelta', ...call, name: 'sum', offset, arguments: piece, output },
    ],
  });
  const { items } = after([
    grow(0, '{"a"', null),
    grow(4, ':1}', null),
    grow(0, null, '1'),
    grow(4, ':1}', null),
  ]);
  expect(items).toEqual([
    {
      kind: 'calls',
      id: 'step',
      status: 'IN_PROGRESS',
      calls: [{ id: 'call_1', type: 'FUNCTION', name: 'sum', arguments: '{"a":1}', output: '1' }],
    },
  ]);
});

test('unknown events only move the cursor', () => {
  const unknown = JSON.parse('{ "__typename": "SomethingNew", "cursor": "next" }');
  expect(applyEvent(newRun, unknown)).toEqual({ ...newRun, cursor: 'next' });
});
