import type { Graph } from './graph.ts';
import type { Call } from './upstream.ts';

/** Calls that have reached upstream and wait for a response. */
export interface Held {
  readonly count: number;
  /** Resolves when `count` calls have arrived. */
  arrived(count: number): Promise<void>;
  /** Continues these calls and all later ones. */
  release(): void;
}

/** Delays the responses to the calls for which `isHeld` is true, until `release()`. */
export function hold(graph: Graph, isHeld: (call: Call) => boolean): Held {
  const held: (() => void)[] = [];
  const before = graph.upstream.intercept;
  let onArrival = () => {};
  graph.upstream.intercept = async (call, response) => {
    if (isHeld(call)) {
      await new Promise<void>((resolve) => {
        held.push(resolve);
        onArrival();
      });
    }
    return (await before?.(call, response)) ?? false;
  };
  return {
    get count() {
      return held.length;
    },
    arrived: (count) =>
      new Promise((resolve) => {
        onArrival = () => held.length >= count && resolve();
        onArrival();
      }),
    release() {
      graph.upstream.intercept = before;
      for (const resume of held) resume();
    },
  };
}
