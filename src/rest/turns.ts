/**
 * Spreads work over turns of the event loop, so that pieces of some milliseconds do not add up while other clients wait.
 *
 * @param size how much work fits into a turn. A piece that is larger has a turn of its own
 * @returns a function that waits for the turn of a piece of work of some size, in the order in which they came. It returns
 * undefined if the work may be done at once
 */
export function createTurns(size: number): (piece: number) => Promise<void> | undefined {
  const waiting: { readonly piece: number; readonly go: () => void }[] = [];
  let left = size;
  const admit = (piece: number) => {
    const isFirst = left === size;
    if (!isFirst && piece > left) return false;
    if (isFirst) setImmediate(begin);
    left -= piece;
    return true;
  };
  const begin = () => {
    left = size;
    for (let next = waiting[0]; next !== undefined && admit(next.piece); next = waiting[0]) {
      waiting.shift();
      next.go();
    }
  };
  return (piece) => {
    if (waiting.length === 0 && admit(piece)) return undefined;
    return new Promise((go) => waiting.push({ piece, go }));
  };
}
