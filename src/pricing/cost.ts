import { LIST_THRESHOLD, RUN_MESSAGES_LIST_THRESHOLD } from '../loaders/collections.ts';
import { isListed, type NodeType } from '../loaders/node-types.ts';
import type { Group } from './group.ts';

/** The most that an operation can cost. */
export interface Cost {
  /** REST calls, retries not counted. */
  readonly calls: number;
  /** Objects in the answer, each as often as it stands there. */
  readonly nodes: number;
}

/** Adds up calls, each as often as a loader set would make it: what was counted once is not counted again. */
export class CallCount {
  readonly #counted = new Set<string>();
  readonly #readsByType = new Map<NodeType, number>();
  #others = 0;

  /** Calls that bring pages, or write. @param key which they are */
  add(key: string, calls: number): void {
    if (this.#isNew(key)) this.#others += calls;
  }

  /** The objects of a group came with a page or a write: nobody needs to read them. */
  markRead(group: Group): void {
    this.#isNew(`read ${group.key}`);
  }

  /** The objects of a group have to be read. */
  read(group: Group): void {
    if (!this.#isNew(`read ${group.key}`)) return;
    this.#readsByType.set(group.type, (this.#readsByType.get(group.type) ?? 0) + group.count);
  }

  /** Each object by itself, and for each batch that is worth a look at a page, a page on which none of it is found. */
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
