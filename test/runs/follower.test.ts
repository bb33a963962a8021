import { expect, test } from 'vitest';
import { Follower } from '../../src/runs/follower.ts';
import type { LogBatch, RunLog } from '../../src/runs/log.ts';
import { createMemoryLog } from '../../src/runs/memory-log.ts';

/** Publishes each batch when the next one is there, and the end with the last entries, as a shared log may. */
function withEndInLastBatch(log: RunLog): RunLog {
  const listen = (listener: (batch: LogBatch) => void) => {
    let last: LogBatch | undefined;
    return log.listen((batch) => {
      const { isEnd } = batch;
      if (last !== undefined) listener(isEnd ? { ...last, isEnd } : last);
      last = batch;
    });
  };
  return {
    epoch: log.epoch,
    get head() {
      return log.head;
    },
    start: log.start,
    bytes: 0,
    bytesAfterCheckpoint: 0,
    append: (events) => log.append(events),
    checkpoint: (reset, snapshot) => log.checkpoint(reset, snapshot),
    end: () => log.end(),
    read: (after, max) => log.read(after, max),
    listen,
    cursor: (sequence) => log.cursor(sequence),
  };
}

test.each([true, false])(
  'a follower ends if the end comes with the last entries (accepted: %s)',
  async (isAccepted) => {
    const log = withEndInLastBatch(createMemoryLog({ thread_id: 'thread_1', run_id: 'run_1' }, 'AAAAAAAA'));
    let leaves = 0;
    const follower = new Follower({ log, after: 0, accepts: () => isAccepted, onLeave: () => leaves++ });
    const entries: unknown[] = [];
    const ended = (async () => {
      for await (const entry of follower) entries.push(entry);
    })();
    await new Promise(setImmediate);
    await log.append([
      { type: 'message.delta', message_id: 'msg_1', index: 0, offset: 0, text: 'x', annotations: [] },
    ]);
    await log.end();
    await ended;
    expect([entries.length, leaves]).toEqual([isAccepted ? 1 : 0, 1]);
  },
);
