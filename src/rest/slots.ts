/**
 * Limits how many tasks run at a time. Tasks beyond `count` wait in the order in which they came.
 *
 * @returns a function that runs a task once a slot is free, and settles as the task does
 */
export function createSlots(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      // The slot passes to the next waiter directly, so that no later task can take it first.
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
