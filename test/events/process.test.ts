/** The program ends when it is told to, whoever follows a run. */
import { print } from 'graphql';
import { expect, test } from 'vitest';
import { CreateAssistantDocument, CreateThreadAndRunDocument } from '../generated/operations.ts';
import { freshSettings, processesOf, startProgram } from '../support/process.ts';
import { connect, openSocket } from './support/raw-socket.ts';
import { requestEvents } from './support/raw-sse.ts';

async function execute(url: string, query: string, variables: object) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  return (await response.json()).data;
}

test('with sockets and event streams open, the program ends at once', async () => {
  const settings = { ...(await freshSettings()), OFFLINE_TOKEN_MS: '60000', SHUTDOWN_MS: '60000' };
  const program = startProgram('npm start', settings);
  const url = await program.says(/^GraphQL is served on (\S+)$/m);
  const { createAssistant } = await execute(url, print(CreateAssistantDocument), {
    input: { model: 'offline' },
  });
  const input = { assistantId: createAssistant.assistant.id, thread: { messages: [{ content: 'Hello' }] } };
  const { createThreadAndRun } = await execute(url, print(CreateThreadAndRunDocument), { input });
  const subscription = `subscription { runEvents(id: "${createThreadAndRun.run.id}") { cursor } }`;
  const socket = await connect(url);
  socket.subscribe('1', subscription);
  expect(await socket.next()).toMatchObject({ type: 'next' });
  const idle = await openSocket(url);
  const stream = await requestEvents(url, subscription).response;
  const broken = new Promise((resolve) => stream.once('error', resolve));
  stream.resume();

  program.signal('SIGTERM');
  expect((await socket.closed)[0]).toBe(1012);
  expect((await idle.closed)[0]).toBe(1012);
  expect(await broken).toMatchObject({ code: 'ECONNRESET' });
  expect(await program.ended).toBe(0);
  expect(program.written.err).not.toContain('"level":50');
  expect(processesOf(settings)).toEqual([]);
});
