/**
 * Spreads work over turns of the event loop, so that pieces of some milliseconds do not add up while other clients wait.
 *
 * @param size how much work fits into a turn. A piece that is larger has a turn of its own
 * @returns a function that waits for the turn of a piece of work of some size, in the order in which they came
 */
export function createTurns(size: number): (piece: number) => Promise<void> {
  const waiting: { readonly piece: number; readonly go: () => void }[] = [];
  let left = size;
  const admit = () => {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const isFirst = left === size;
      if (!isFirst && next.piece > left) return;
      if (isFirst) setImmediate(begin);
      left -= next.piece;
      waiting.shift();
      next.go();
    }
  };
  const begin = () => {
    left = size;
    admit();
  };
  return (piece) =>
    new Promise((go) => {
      waiting.push({ piece, go });
      admit();
    });
}
