import type { Graph } from './graph.ts';
import type { Call } from './upstream.ts';

/** Calls that have reached upstream and wait there. */
export interface Held {
  readonly count: number;
  /** Fulfilled once so many have come. */
  arrived(count: number): Promise<void>;
  /** Lets them go, and all that come later. */
  release(): void;
}

/** Holds at upstream the calls that `isHeld` picks. */
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
      for (const pass of held) pass();
    },
  };
}
