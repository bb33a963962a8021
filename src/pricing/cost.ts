import { LIST_THRESHOLD, RUN_MESSAGES_LIST_THRESHOLD } from '../loaders/collections.ts';
import { isListed, type NodeType } from '../loaders/node-types.ts';
import type { Group } from './group.ts';

/** The most that an operation can cost. */
export interface Cost {
  /** REST calls, without retries. */
  readonly calls: number;
  /** Objects in the response. An object that appears twice counts twice. */
  readonly nodes: number;
}

/** Adds up the calls of an operation. Calls that loaders make only once are counted once. */
export class CallCount {
  readonly #counted = new Set<string>();
  readonly #readsByType = new Map<NodeType, number>();
  #others = 0;

  /** Calls that return pages, or write. @param key identifies them */
  add(key: string, calls: number): void {
    if (this.#isNew(key)) this.#others += calls;
  }

  /** The objects of a group come with a page, a write or an event, and need no read. */
  markRead(group: Group): void {
    this.#isNew(`read ${group.key}`);
  }

  /** The objects of a group have to be read. */
  read(group: Group): void {
    if (!this.#isNew(`read ${group.key}`)) return;
    this.#readsByType.set(group.type, (this.#readsByType.get(group.type) ?? 0) + group.count);
  }

  /** A read for each object, and for each batch that is large enough to be searched on a page, a page without a match. */
  get total(): number {
    let total = this.#others;
    for (const [type, reads] of this.#readsByType) {
      const threshold = type === 'Message' ? RUN_MESSAGES_LIST_THRESHOLD : LIST_THRESHOLD;
      total += reads + (isListed(type) ? Math.floor(reads / threshold) : 0);
    }
    return total;
  }

  #isNew(key: string): boolean {
    return this.#counted.size < this.#counted.add(key).size;
  }
}
