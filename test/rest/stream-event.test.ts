import { expect, test } from 'vitest';
import { readStreamEvent } from '../../src/rest/wire/stream-event.ts';

test.each([
  [50_000, 'message.delta'],
  [50_001, 'damaged'],
])('an event of %i values is read as %s', (values, type) => {
  // Beside the padding: two objects, two lists, and two commas.
  const padding = Array.from({ length: values - 6 + 1 }, () => 0).join();
  const data = `{"id":"msg_1","delta":{"content":[],"padding":[${padding}]}}`;
  expect(readStreamEvent('thread.message.delta', data)?.type).toBe(type);
});
