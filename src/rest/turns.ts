/**
 * Gives each caller a turn of the event loop of its own, in the order in which they came, so that work of some milliseconds
 * does not add up while other clients wait.
 */
export function createTurns(): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    last = last.then(() => new Promise<void>((resolve) => setImmediate(resolve)));
    return last;
  };
}
