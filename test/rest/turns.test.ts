/** Bodies are parsed in turns of the event loop, by their size. */
import { expect, test } from 'vitest';
import { createTurns } from '../../src/rest/turns.ts';

/** In which turn of the event loop, counted from 0, each piece of work is done. */
async function turnsOf(size: number, pieces: readonly number[]): Promise<number[]> {
  const wait = createTurns(size);
  let turn = 0;
  let isOver = false;
  const count = () => {
    turn++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const done = pieces.map(async (piece) => {
    await wait(piece);
    return turn;
  });
  const turns = await Promise.all(done);
  isOver = true;
  return turns;
}

test.each([
  { pieces: [10], turns: [0] },
  { pieces: [4, 6], turns: [0, 0] },
  { pieces: [4, 7], turns: [0, 1] },
  { pieces: [5, 5, 5, 5, 5], turns: [0, 0, 1, 1, 2] },
  { pieces: [100, 100, 100], turns: [0, 1, 2] },
  // Small ones do not overtake.
  { pieces: [5, 100, 5], turns: [0, 1, 2] },
])('pieces of $pieces are done in turns $turns of size 10', async ({ pieces, turns }) => {
  expect(await turnsOf(10, pieces)).toEqual(turns);
});
