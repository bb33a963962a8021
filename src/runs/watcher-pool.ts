import type { Clock } from './clock.ts';
import type { RunLimits } from './limits.ts';
import type { RunCounts } from './runs.ts';
import type { Watcher } from './watcher.ts';

/** How often the pool looks for expired logs, per RUN_EVENTS_TTL. */
const SWEEPS_PER_TTL = 10;
/** The total size is computed each time the logs have grown by this fraction of the limit. */
const COUNTS_PER_BOUND = 64;

/** All watchers of the process. It drops expired ones and keeps the total size of the logs within the limit. */
export interface WatcherPool {
  /** @param drop called when the watcher is removed */
  add(watcher: Watcher, drop: () => void): void;
  /** Removes and closes a watcher. */
  remove(watcher: Watcher): void;
  /** Call this when a log has grown. */
  onGrowth(bytes: number): void;
  /** Removes the oldest unused watcher among the candidates. @returns false if all are in use */
  makeRoom(isCandidate: (watcher: Watcher) => boolean): boolean;
  counts(): Omit<RunCounts, 'streams'>;
  /** Removes all watchers, which ends their followers. */
  close(): void;
}

export function createWatcherPool(clock: Clock, limits: RunLimits): WatcherPool {
  /** In the order in which they were added. */
  const watchers = new Map<Watcher, () => void>();
  let grownBytes = 0;
  let cancelSweep: (() => void) | undefined;

  const remove = (watcher: Watcher) => {
    const drop = watchers.get(watcher);
    watchers.delete(watcher);
    drop?.();
    // Followers that still read its log can continue to the end.
    watcher.close();
  };

  const planSweep = () => {
    cancelSweep ??= clock.schedule(limits.eventsTtlMs / SWEEPS_PER_TTL, () => {
      cancelSweep = undefined;
      for (const watcher of [...watchers.keys()]) {
        if (isUnused(watcher) && watcher.keepUntil <= clock.now()) remove(watcher);
      }
      if (watchers.size > 0) planSweep();
    });
  };

  const logBytes = () => {
    let bytes = 0;
    for (const { log } of watchers.keys()) bytes += log.bytes;
    return bytes;
  };

  /** Drops unused logs, those of ended runs first. If that is not enough, drops the content of the largest logs. */
  const enforceBound = () => {
    let excess = logBytes() - limits.maxLogBytes;
    if (excess <= 0) return;
    const all = [...watchers.keys()];
    const unused = all.filter(isUnused);
    const droppable = [
      ...unused.filter(({ isEnded }) => isEnded),
      ...unused.filter(({ isEnded }) => !isEnded),
    ];
    for (const watcher of droppable) {
      if (excess <= 0) return;
      excess -= watcher.log.bytes;
      remove(watcher);
    }
    const largest = [...watchers.keys()].sort((a, b) => b.log.bytes - a.log.bytes);
    for (const watcher of largest) {
      if (excess <= 0) return;
      excess -= watcher.log.bytes;
      watcher.recorder.keepStatusOnly();
    }
  };

  return {
    add(watcher, drop) {
      watchers.set(watcher, drop);
      planSweep();
    },
    remove,
    onGrowth(bytes) {
      grownBytes += bytes;
      if (grownBytes < limits.maxLogBytes / COUNTS_PER_BOUND) return;
      grownBytes = 0;
      enforceBound();
    },
    makeRoom(isCandidate) {
      for (const watcher of watchers.keys()) {
        if (!isCandidate(watcher) || !isUnused(watcher)) continue;
        remove(watcher);
        return true;
      }
      return false;
    },
    counts() {
      const all = [...watchers.keys()];
      return {
        watchers: all.length,
        polled: all.filter(({ poller }) => poller.isRunning).length,
        followers: all.reduce((count, { audience }) => count + audience.count, 0),
        logBytes: logBytes(),
      };
    },
    close() {
      cancelSweep?.();
      for (const watcher of [...watchers.keys()]) remove(watcher);
    },
  };
}

/** True if the watcher has no followers and reads nothing from upstream. */
function isUnused({ audience, isEnded, isIdle }: Watcher): boolean {
  return audience.count === 0 && (isEnded || isIdle);
}
