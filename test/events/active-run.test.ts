/** Writes to a thread that an active run has locked. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { encodeGlobalId } from '../../src/resolvers/global-id.ts';
import { CreateMessageDocument, CreateRunDocument, type OnActiveRun } from '../generated/operations.ts';
import { createManualClock, REQUEST_MS } from '../runs/support/manual-clock.ts';
import { createScript, playScripts, textMessage } from '../runs/support/script.ts';
import { poll } from '../support/poll.ts';
import { callRest } from '../support/world.ts';
import { type Following, foreignRun, startFollowing, startRun } from './support/following.ts';
import { requestEvents } from './support/raw-sse.ts';

afterEach(() => {
  vi.useRealTimers();
});

type Result = Awaited<ReturnType<Following['graph']['send']>>;
type Write = (following: Following, threadId: string, onActiveRun?: OnActiveRun) => Promise<Result>;

const createMessage: Write = ({ graph }, threadId, onActiveRun) =>
  graph.send(CreateMessageDocument, {
    input: { threadId, content: 'More', ...(onActiveRun && { onActiveRun }) },
  });

const createRun: Write = ({ graph, assistantId }, threadId, onActiveRun) =>
  graph.send(CreateRunDocument, { input: { threadId, assistantId, ...(onActiveRun && { onActiveRun }) } });

/** The operations that reached upstream, except the write itself. */
function otherCalls({ graph }: Following): (string | undefined)[] {
  const writes = ['createMessage', 'createRun'];
  return graph.upstream.calls
    .map(({ operation }) => operation)
    .filter((name) => !writes.includes(name ?? ''));
}

const writesSent = ({ graph }: Following, name: string) =>
  graph.upstream.calls.filter(({ operation }) => operation === name).length;

describe.each([
  ['createMessage', createMessage],
  ['createRun', createRun],
])('%s', (name, write) => {
  test.each([[undefined], ['FAIL']] as const)(
    'with onActiveRun %s fails and names the run',
    async (policy) => {
      const following = await startFollowing();
      const run = await foreignRun(following);
      const { errors } = await write(following, run.threadId, policy);
      expect(errors).toMatchObject([
        {
          path: [name],
          extensions: { code: 'ACTIVE_RUN', runId: encodeGlobalId('Run', [run.threadId, run.runId]) },
        },
      ]);
      expect(following.graph.upstream.calls.map(({ operation }) => operation)).toEqual([name]);
    },
  );

  test('WAIT proceeds when the run has ended, and asks nothing more of a run that is streamed', async () => {
    const following = await startFollowing();
    const run = await startRun(following);
    following.graph.upstream.calls.length = 0;
    const written = write(following, run.threadId, 'WAIT');
    await untilWaiting(following);
    run.turn.finish();
    expect((await written).errors).toEqual([]);
    expect(otherCalls(following)).toEqual([]);
    expect(writesSent(following, name)).toBe(2);
  });

  test('CANCEL cancels the run and proceeds', async () => {
    const following = await startFollowing();
    const run = await startRun(following);
    following.graph.upstream.calls.length = 0;
    expect((await write(following, run.threadId, 'CANCEL')).errors).toEqual([]);
    expect(otherCalls(following)).toEqual(['cancelRun']);
    const { status } = await callRest(following.graph.localUrl, `/threads/${run.threadId}/runs/${run.runId}`);
    expect(status).toBe('cancelled');
  });

  test('WAIT fails at once if the run requires action, also if that begins later', async () => {
    const following = await startFollowing();
    const run = await startRun(following);
    const written = write(following, run.threadId, 'WAIT');
    await untilWaiting(following);
    run.turn.call('alpha');
    for (const { errors } of [await written, await write(following, run.threadId, 'WAIT')]) {
      expect(errors).toMatchObject([
        {
          message: expect.stringContaining('requires action'),
          extensions: { code: 'ACTIVE_RUN', runId: encodeGlobalId('Run', [run.threadId, run.runId]) },
        },
      ]);
    }
  });

  test('CANCEL also ends a run that requires action', async () => {
    const following = await startFollowing();
    const run = await foreignRun(following);
    run.turn.call('alpha');
    await poll(
      () => callRest(following.graph.localUrl, `/threads/${run.threadId}/runs/${run.runId}`),
      ({ status }) => status === 'requires_action',
    );
    expect((await write(following, run.threadId, 'CANCEL')).errors).toEqual([]);
  });
});

/** Fulfilled once a mutation follows the run. */
async function untilWaiting({ graph }: Following): Promise<void> {
  await poll(
    async () => graph.counts(),
    ({ followers }) => followers === 1,
  );
}

test('many writes that wait for one run share its polls', async () => {
  const clock = createManualClock();
  const following = await startFollowing({}, { watching: { clock, limits: { requestMs: REQUEST_MS } } });
  const { graph } = following;
  const script = createScript('thread_1', 'run_1');
  playScripts(graph.upstream, [script]);
  lockThread(
    following,
    () => script.run.status !== 'completed',
    'Thread thread_1 already has an active run run_1.',
  );
  const written = Array.from({ length: 5 }, () => createMessage(following, 'thread_1', 'WAIT'));
  await poll(
    async () => graph.counts(),
    ({ followers }) => followers === 5,
  );
  expect(otherCalls(following)).toEqual(['getRun']);
  clock.advance(await clock.nextPoll());
  const delay = await clock.nextPoll();
  expect(otherCalls(following)).toEqual(['getRun', 'getRun']);
  script.run = { ...script.run, status: 'completed' };
  clock.advance(delay);
  for (const { errors } of await Promise.all(written)) expect(errors).toEqual([]);
  expect(otherCalls(following)).toEqual(['getRun', 'getRun', 'getRun']);
  expect(graph.counts()).toMatchObject({ followers: 0, polled: 0 });
});

/** Refuses messages while `isLocked`, with this sentence, and takes them afterwards. */
function lockThread({ graph }: Following, isLocked: () => boolean, message: string): void {
  const before = graph.upstream.intercept;
  graph.upstream.intercept = (call, response) => {
    if (call.operation !== 'createMessage') return before?.(call, response) ?? false;
    if (isLocked()) response.writeHead(400).end(JSON.stringify({ error: { message } }));
    else response.writeHead(200).end(JSON.stringify(NEW_MESSAGE));
    return true;
  };
}

const NEW_MESSAGE = { ...textMessage(createScript('thread_1', 'run_1'), 'msg_new', 'More'), role: 'user' };

test('WAIT gives up after 60 seconds, whatever the deadline of other operations', async () => {
  const following = await startFollowing();
  const { graph } = following;
  const run = await startRun(following);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  let isAnswered = false;
  const written = createMessage(following, run.threadId, 'WAIT').finally(() => {
    isAnswered = true;
  });
  await untilWaiting(following);
  vi.advanceTimersByTime(59_000);
  await graph.data('{ __typename }');
  expect(isAnswered).toBe(false);
  vi.advanceTimersByTime(1_000);
  expect((await written).errors).toMatchObject([
    {
      message: 'The thread still had an active run after 60 s',
      extensions: { code: 'ACTIVE_RUN', runId: encodeGlobalId('Run', [run.threadId, run.runId]) },
    },
  ]);
  expect(graph.counts().followers).toBe(0);
  expect(writesSent(following, 'createMessage')).toBe(1);
});

test('a client that leaves while it waits leaves nothing behind, and nothing more is written', async () => {
  const following = await startFollowing();
  const { graph } = following;
  const run = await startRun(following);
  const input = `threadId: "${run.threadId}", content: "More", onActiveRun: WAIT`;
  const { reset } = requestEvents(
    graph.url,
    `mutation { createMessage(input: { ${input} }) { message { id } } }`,
  );
  await untilWaiting(following);
  reset();
  await poll(
    async () => graph.counts(),
    ({ followers }) => followers === 0,
  );
  run.turn.finish();
  await poll(
    async () => graph.counts(),
    ({ streams }) => streams === 0,
  );
  await graph.data('{ __typename }');
  expect(writesSent(following, 'createMessage')).toBe(1);
});

test('CANCEL of a run that ends at the same moment proceeds', async () => {
  const following = await startFollowing();
  const { graph } = following;
  const run = await foreignRun(following);
  graph.upstream.intercept = async ({ operation }) => {
    if (operation !== 'cancelRun') return false;
    run.turn.finish();
    await poll(
      () => callRest(graph.localUrl, `/threads/${run.threadId}/runs/${run.runId}`),
      ({ status }) => status === 'completed',
    );
    return false;
  };
  expect((await createMessage(following, run.threadId, 'CANCEL')).errors).toEqual([]);
  expect(otherCalls(following)).toEqual(['cancelRun', 'getRun']);
});

describe('an upstream that does not name the run', () => {
  const SENTENCE = 'Thread thread_1 already has an active run.';

  test('has its newest active run found', async () => {
    const following = await startFollowing();
    const old = createScript('thread_1', 'run_old');
    old.run = { ...old.run, status: 'completed' };
    const active = createScript('thread_1', 'run_1');
    playScripts(following.graph.upstream, [old, active]);
    lockThread(following, () => active.run.status !== 'completed', SENTENCE);
    const { errors } = await createMessage(following, 'thread_1');
    expect(errors).toMatchObject([
      { extensions: { code: 'ACTIVE_RUN', runId: encodeGlobalId('Run', ['thread_1', 'run_1']) } },
    ]);
    const written = createMessage(following, 'thread_1', 'WAIT');
    await untilWaiting(following);
    active.run = { ...active.run, status: 'completed' };
    expect((await written).errors).toEqual([]);
  });

  test('and lists none that is active is asked again after a pause', async () => {
    const following = await startFollowing();
    const ended = createScript('thread_1', 'run_1');
    ended.run = { ...ended.run, status: 'completed' };
    playScripts(following.graph.upstream, [ended]);
    let refusals = 2;
    lockThread(following, () => refusals-- > 0, SENTENCE);
    const before = performance.now();
    const written = await createMessage(following, 'thread_1', 'WAIT');
    expect(written.errors).toEqual([]);
    expect(writesSent(following, 'createMessage')).toBe(3);
    expect(performance.now() - before).toBeGreaterThan(900);
  });
});

test('a thread that stays locked after its run has ended is asked again after a pause', async () => {
  const following = await startFollowing();
  const ended = createScript('thread_1', 'run_1');
  ended.run = { ...ended.run, status: 'completed' };
  playScripts(following.graph.upstream, [ended]);
  let refusals = 3;
  lockThread(following, () => refusals-- > 0, 'Thread thread_1 already has an active run run_1.');
  const before = performance.now();
  const written = await createMessage(following, 'thread_1', 'WAIT');
  expect(written.errors).toEqual([]);
  expect(performance.now() - before).toBeGreaterThan(900);
});
