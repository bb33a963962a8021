/**
 * Limits how many tasks run at a time. Tasks beyond `count` wait in the order in which they came.
 *
 * @returns a function that runs a task once a slot is free, and settles as the task does
 */
export function createSlots(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = count;
  const waiting: (() => void)[] = [];
  const release = () => {
    // The slot passes to the next waiter directly, so that no later task can take it first.
    const next = waiting.shift();
    if (next === undefined) free++;
    else next();
  };
  const run = <T>(work: () => Promise<T>) => {
    const result = work();
    result.then(release, release);
    return result;
  };
  return (work) => {
    if (free === 0) return new Promise<void>((resolve) => waiting.push(resolve)).then(() => run(work));
    free--;
    return run(work);
  };
}
