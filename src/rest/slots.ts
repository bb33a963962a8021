/**
 * Bounds how much is under way at a time: what is beyond `count` waits, in its order.
 *
 * @returns runs the work it is given once there is room, and answers as that does
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
      // A slot goes from hand to hand, so that nobody who comes later takes it in between.
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
