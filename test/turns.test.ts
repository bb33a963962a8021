import { expect, test } from 'vitest';
import { TURN_WORK, Turns } from '../src/turns.ts';

test('work that fits in one turn need not wait', () => {
  const turns = new Turns();
  const operation = turns.open();
  expect(operation.add(TURN_WORK)).toBeUndefined();
  expect(turns.open().add(1)).toBeInstanceOf(Promise);
});

test('work that does not fit in any turn has a turn of its own', async () => {
  const turns = new Turns();
  expect(turns.open().add(2 * TURN_WORK)).toBeUndefined();
  await turns.open().add(1);
  expect(turns.open().add(TURN_WORK)).toBeUndefined();
});

test('the event loop turns before work that has waited', async () => {
  const turns = new Turns();
  const order: string[] = [];
  const operation = turns.open();
  operation.add(TURN_WORK);
  const later = [1, 2].map(async (number) => {
    await operation.add(TURN_WORK);
    order.push(`turn ${number}`);
  });
  setImmediate(() => order.push('others'));
  await Promise.all(later);
  expect(order).toEqual(['turn 1', 'others', 'turn 2']);
});

test('the operation that has done least goes first', async () => {
  const turns = new Turns();
  const large = turns.open();
  large.add(TURN_WORK);
  const order: string[] = [];
  const work = async (name: string, share: typeof large, amount: number) => {
    await share.add(amount);
    order.push(name);
  };
  await Promise.all([
    work('large', large, 1),
    work('large', large, 1),
    work('small', turns.open(), 2),
    work('smaller', turns.open(), 1),
  ]);
  expect(order).toEqual(['small', 'smaller', 'large', 'large']);
});
