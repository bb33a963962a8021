import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StreamEvent } from '../../src/rest/run-stream.ts';
import { message as messageSchema } from '../../src/rest/wire/message.ts';
import { run as runSchema, runStep } from '../../src/rest/wire/run.ts';
import type { RunEvent } from '../../src/runs/events.ts';
import { RunState } from '../../src/runs/run-state.ts';
import { textGrowth } from '../../src/runs/text-growth.ts';
import { statusesOf, textsOf } from './support/entries.ts';
import { createScript, messageStep, textMessage } from './support/script.ts';
import { textDelta } from './support/scripted-stream.ts';

const script = createScript('thread_1', 'run_1');

const run = (status: string) => runSchema.parse({ ...script.run, status });
const message = (value: string, status: string) =>
  messageSchema.parse(textMessage(script, 'msg_1', value, status));
const step = (status: string) => runStep.parse(messageStep(script, 'step_1', 'msg_1', status));

const entries = (events: readonly RunEvent[]) =>
  events.map((event, index) => ({ cursor: String(index), event, isReplay: false }));

/** Pieces of a text. Some start or end inside a surrogate pair. */
const pieces = fc.array(fc.string({ unit: 'binary', maxLength: 6 }), { maxLength: 12 });

/** How a piece of the text arrives. */
type Sight = { readonly type: 'delta' } | { readonly type: 'object'; readonly isBehind: boolean };
const sight: fc.Arbitrary<Sight> = fc.oneof(
  fc.constant({ type: 'delta' as const }),
  fc.record({ type: fc.constant('object' as const), isBehind: fc.boolean() }),
);

test('the deltas delivered produce the text of a message, whatever mixture of deltas and objects is received', () => {
  fc.assert(
    fc.property(
      pieces,
      fc.array(sight, { maxLength: 12 }),
      fc.string({ unit: 'binary' }),
      (texts, sights, final) => {
        const state = new RunState(run('in_progress'), 0);
        const received: RunEvent[] = [state.lastStatus];
        let streamed = '';
        for (const [index, piece] of texts.entries()) {
          const how = sights[index] ?? { type: 'delta' };
          if (how.type === 'delta') {
            const delta = { type: 'message.delta', delta: textDelta('msg_1', piece) };
            received.push(...state.applyStreamEvent(asStreamEvent(delta), 0));
            streamed += piece;
          } else {
            // A GET returns the current or an earlier text.
            const shown = how.isBehind ? streamed.slice(0, -2) : streamed;
            received.push(...state.observeMessage(message(shown, 'in_progress')));
          }
          expect(textsOf(entries(received))['msg_1/0'] ?? '').toBe(streamed);
        }
        received.push(...state.observeMessage(message(final, 'completed')));
        expect(textsOf(entries(received))['msg_1/0'] ?? '').toBe(final);
        // A snapshot produces the same text.
        expect(textsOf(entries(state.snapshot()))['msg_1/0'] ?? '').toBe(final);
      },
    ),
  );
});

function asStreamEvent(event: { type: string; delta: unknown }): StreamEvent {
  if (event.type !== 'message.delta') throw new Error('Only these');
  return event as StreamEvent;
}

const STATUSES = [
  'queued',
  'created',
  'in_progress',
  'requires_action',
  'cancelling',
  'completed',
  'failed',
  'odd',
];

test('no status is delivered twice in a row, and none after the end', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...STATUSES), fc.boolean())), (shown) => {
      const state = new RunState(run('queued'), 0);
      const received: RunEvent[] = [state.lastStatus];
      for (const [status, isWrite] of shown) {
        received.push(...(isWrite ? state.observeInOrder(run(status), 0) : state.observeRun(run(status), 0)));
      }
      const statuses = statusesOf(entries(received));
      expect(statuses.some((status, index) => status === statuses[index - 1])).toBe(false);
      expect(statuses.slice(0, -1).some((status) => status === 'completed' || status === 'failed')).toBe(
        false,
      );
    }),
  );
});

test.each([
  ['in_progress', 'queued', false],
  ['requires_action', 'queued', true],
  ['in_progress', 'cancelling', true],
  ['cancelling', 'in_progress', false],
  ['cancelling', 'requires_action', false],
  ['cancelling', 'cancelled', true],
  ['cancelled', 'cancelling', false],
  ['queued', 'odd', true],
])('a write can change a run from %s to %s: %s', (before, after, mayBe) => {
  const state = new RunState(run(before), 0);
  expect(state.observeInOrder(run(after), 0).length).toBe(mayBe ? 1 : 0);
});

test('the time of a status is that of upstream, unless it belongs to an earlier occurrence', () => {
  const times = { created_at: 100, started_at: 110, completed_at: 150 };
  const timed = (status: string) => runSchema.parse({ ...script.run, ...times, status });
  const state = new RunState(timed('queued'), 101);
  const received = [state.lastStatus];
  for (const [status, now] of [
    ['in_progress', 112],
    ['requires_action', 120],
    ['queued', 130],
    ['in_progress', 131],
    ['completed', 155],
  ] as const) {
    for (const event of state.observeRun(timed(status), now))
      if (event.type === 'run.status') received.push(event);
  }
  expect(received.map(({ at }) => at)).toEqual([100, 110, 120, 130, 131, 150]);
});

test('an ended step does not change back', () => {
  const state = new RunState(run('in_progress'), 0);
  expect(state.observeStep(step('completed'))).toHaveLength(1);
  expect(state.observeStep(step('in_progress'))).toEqual([]);
  expect(state.step('step_1')?.latest()?.status).toBe('completed');
});

test('text growth starts at the first difference, never inside a character', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'binary' }),
      (same, a, b) => {
        const growth = textGrowth(same + a, same + b);
        if (growth === undefined) {
          expect(a).toBe(b);
          return;
        }
        expect((same + a).slice(0, growth.offset) + growth.piece).toBe(same + b);
        expect(growth.offset).toBeGreaterThanOrEqual(same.length - 1);
        expect(
          /^[\uDC00-\uDFFF]/.test(growth.piece) &&
            /[\uD800-\uDBFF]$/.test((same + b).slice(0, growth.offset)),
        ).toBe(false);
      },
    ),
  );
});
