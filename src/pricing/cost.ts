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

/** The most that an operation may cost. */
export interface PriceLimits extends Cost {
  /** Whether the server reads each thread to see whose it is, unless it knows. */
  readonly checksOwners?: boolean | undefined;
}

/** Adds up the calls of an operation. Calls that loaders make only once are counted once. */
export class CallCount {
  readonly #counted = new Set<string>();
  readonly #readsByType = new Map<NodeType, number>();
  readonly #checksOwners: boolean;
  #others = 0;

  constructor(checksOwners: boolean) {
    this.#checksOwners = checksOwners;
  }

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
    this.checkOwner(group);
  }

  /** Something of a group is read, which needs its thread. A write has checked that before. */
  checkOwner(group: Group): void {
    const thread = group.type === 'Thread' ? group : group.owners.get('Thread');
    if (this.#checksOwners && thread !== undefined && thread.write === undefined) this.read(thread);
  }

  /** An operation writes to a thread, or below it. @param key identifies the write */
  checkOwnerOfWrite(key: string): void {
    if (this.#checksOwners) this.add(`owner ${key}`, 1);
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
