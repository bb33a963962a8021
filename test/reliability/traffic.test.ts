/** The bounds on connections and bytes, without any upstream. */
import { setMaxListeners } from 'node:events';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTraffic, type OperationTraffic, type Transfer } from '../../src/rest/traffic.ts';

const never = new AbortController().signal;
setMaxListeners(0, never);
const MIB = 1024 * 1024;

/** Whether a promise is fulfilled by now. */
async function isFulfilled(promise: unknown): Promise<boolean> {
  const pending = Symbol('pending');
  await new Promise((resolve) => setImmediate(resolve));
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}

const limits = { connections: 4, bytes: 8 * MIB, operationBytes: 4 * MIB };

test('an operation may hold as many bytes as its bound, and not one more', async () => {
  const traffic = createTraffic(limits);
  const operation = traffic.open();
  const transfer = await operation.begin(never, false);
  expect(transfer.add(4 * MIB)).toBeUndefined();
  expect(() => transfer.add(1)).toThrow(`more than ${4 * MIB} bytes`);
  transfer.end(false);
  expect(traffic.counts()).toEqual({ connections: 0, bytes: 0, waiting: 0 });
  // It failed for good, so that it sends nothing more.
  expect(() => operation.begin(never, false)).toThrow(`more than ${4 * MIB} bytes`);
});

test('it may drop as many bytes as it may hold, and not one more', async () => {
  const operation = createTraffic(limits).open();
  for (const bytes of [3 * MIB, MIB, 1]) {
    const transfer = await operation.begin(never, false);
    transfer.add(bytes);
    transfer.end(false);
  }
  expect(() => operation.begin(never, false)).toThrow(`more than ${4 * MIB} bytes`);
});

test('what others have read counts for whoever shares it', () => {
  const operation = createTraffic(limits).open();
  operation.hold(4 * MIB);
  expect(() => operation.hold(1)).toThrow(`more than ${4 * MIB} bytes`);
});

test('the response to a write is never refused', async () => {
  const operation = createTraffic(limits).open();
  const write = await operation.begin(never, true);
  expect(write.add(100 * MIB)).toBeUndefined();
});

/** Operations that hold this many bytes each, with a transfer that goes on. */
async function hold(traffic: ReturnType<typeof createTraffic>, ...sizes: readonly number[]) {
  const held: { operation: OperationTraffic; transfer: Transfer; room: Promise<void> | undefined }[] = [];
  for (const bytes of sizes) {
    const operation = traffic.open();
    const transfer = await operation.begin(never, false);
    held.push({ operation, transfer, room: transfer.add(bytes) });
  }
  return held;
}

test('up to the bound of the process nobody waits', async () => {
  // Large operations may take three quarters of it.
  const held = await hold(createTraffic(limits), 3 * MIB, 3 * MIB);
  expect(held.map(({ room }) => room)).toEqual([undefined, undefined]);
});

test('past it operations wait, except for the oldest of them, until it ends', async () => {
  const traffic = createTraffic(limits);
  const [a, b, c] = await hold(traffic, 3 * MIB, 3 * MIB, MIB);
  // The third is one too many; as nobody else waits, it goes on.
  expect(await isFulfilled(c?.room)).toBe(true);
  const first = a?.transfer.add(1);
  const second = b?.transfer.add(1);
  expect([await isFulfilled(first), await isFulfilled(second)]).toEqual([false, false]);
  expect(c?.transfer.add(1)).toBeUndefined();
  c?.transfer.end(true);
  expect([await isFulfilled(first), await isFulfilled(second)]).toEqual([false, false]);
  c?.operation.end();
  // Once it has released what it held, the oldest goes on, and the other waits.
  expect([await isFulfilled(first), await isFulfilled(second)]).toEqual([true, false]);
  a?.transfer.end(true);
  a?.operation.end();
  expect(await isFulfilled(second)).toBe(true);
});

test('small operations go on while large ones wait', async () => {
  const traffic = createTraffic(limits);
  const [, b] = await hold(traffic, 3 * MIB, 3 * MIB, MIB);
  expect(await isFulfilled(b?.transfer.add(1))).toBe(false);
  const [small] = await hold(traffic, 1000);
  expect(small?.room).toBeUndefined();
});

test('requests begin in the order in which they came, and one that is aborted gives its turn away', async () => {
  const traffic = createTraffic({ ...limits, connections: 1 });
  const [operation, leaving] = [traffic.open(), new AbortController()];
  const first = await operation.begin(never, false);
  const aborted = operation.begin(leaving.signal, false);
  const next = operation.begin(never, false);
  leaving.abort(new Error('gone'));
  await expect(aborted).rejects.toMatchObject({ name: 'NotSentError' });
  expect(await isFulfilled(next)).toBe(false);
  first.end(true);
  expect(await isFulfilled(next)).toBe(true);
});

test('however operations read, all end, and no more is held than the two bounds together', async () => {
  const chunk = 64 * 1024;
  const operations = fc.array(
    fc.record({
      /** Chunks of each request of each wave. */
      waves: fc.array(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }), {
        maxLength: 3,
      }),
      delay: fc.integer({ min: 0, max: 5 }),
    }),
    { minLength: 1, maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(operations, fc.integer({ min: 1, max: 4 }), async (plans, connections) => {
      const bounds = { connections, bytes: 8 * chunk, operationBytes: 72 * chunk };
      const traffic = createTraffic(bounds);
      let mostBytes = 0;
      let largest = 0;
      const turn = () => new Promise((resolve) => setImmediate(resolve));
      const request = async (operation: OperationTraffic, chunks: number) => {
        const transfer = await operation.begin(never, false);
        for (let index = 0; index < chunks; index++) {
          await transfer.add(chunk);
          mostBytes = Math.max(mostBytes, traffic.counts().bytes);
          await turn();
        }
        transfer.end(true);
      };
      await Promise.all(
        plans.map(async ({ waves, delay }) => {
          for (let index = 0; index < delay; index++) await turn();
          const operation = traffic.open();
          for (const wave of waves) await Promise.all(wave.map((chunks) => request(operation, chunks)));
          largest = Math.max(
            largest,
            waves.flat().reduce((sum, chunks) => sum + chunks * chunk, 0),
          );
          operation.end();
        }),
      );
      expect(traffic.counts()).toEqual({ connections: 0, bytes: 0, waiting: 0 });
      // Each connection may have one chunk that has arrived already.
      expect(mostBytes).toBeLessThanOrEqual(bounds.bytes + largest + connections * chunk);
    }),
    { numRuns: 200 },
  );
});
