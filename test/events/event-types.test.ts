/** Each type of event, as a client of the graph sees it. */
import { parse } from 'graphql';
import { beforeEach, expect, test } from 'vitest';
import { encodeGlobalId } from '../../src/resolvers/global-id.ts';
import { messageStep, textMessage, toolStep } from '../runs/support/script.ts';
import type { Graph } from '../support/graph.ts';
import { startFollowing } from './support/following.ts';
import { type ScriptedRun, startScriptedRun } from './support/scripted-run.ts';
import { overWebSocket } from './support/subscribe.ts';

const EVENTS = parse(`subscription ($id: ID!) {
  runEvents(id: $id) {
    __typename
    ... on RunStatusChanged { status at run { status requiredAction { __typename } } }
    ... on RunStepChanged { stepId stepStatus step { details { __typename } } }
    ... on RunStepDelta {
      stepId
      toolCalls {
        index toolCallId type
        ... on FunctionToolCallDelta { name offset arguments output }
        ... on CodeInterpreterToolCallDelta { offset input outputs { index type offset logs fileId } }
        ... on RetrievalToolCallDelta { retrieval }
        ... on UnknownToolCallDelta { rawType raw }
      }
    }
    ... on MessageChanged { messageId messageStatus message { text } }
    ... on MessageDelta { messageId index offset text annotations { text startIndex endIndex } }
    ... on MessageContentChanged { messageId index content { type ... on ImageFileContent { fileId } } }
    ... on RunWatchError { error { code message requestId } willContinue }
  }
}`);

let graph: Graph;
let run: ScriptedRun;
beforeEach(async () => {
  ({ graph } = await startFollowing());
  run = await startScriptedRun(graph);
});

const globalId = (type: 'RunStep' | 'Message', id: string) =>
  encodeGlobalId(
    type,
    type === 'Message' ? ['thread_scripted', id] : ['thread_scripted', 'run_scripted', id],
  );

/** The events that follow the first, which says that the run is queued, up to the end. */
async function told(write: () => void): Promise<object[]> {
  const events = overWebSocket(graph.url, EVENTS, { id: run.id });
  expect(await events.next()).toMatchObject({ data: { runEvents: { status: 'QUEUED' } } });
  write();
  run.setStatus('completed');
  run.stream.done();
  const results = await events.rest();
  expect(results.flatMap(({ errors }) => errors ?? [])).toEqual([]);
  return results.map(({ data }) => Object(data).runEvents);
}

const stepDelta = (...tool_calls: object[]) => ({
  id: 'step_1',
  object: 'thread.run.step.delta',
  delta: { step_details: { type: 'tool_calls', tool_calls } },
});

test('statuses, known and unknown, with their times', async () => {
  const startedAt = 1_900_000_000;
  const events = await told(() => {
    run.script.run = { ...run.script.run, started_at: startedAt };
    run.setStatus('in_progress');
    run.stream.send('thread.run.daydreaming', { ...run.script.run, status: 'daydreaming' });
    run.setStatus('cancelling');
  });
  expect(events).toMatchObject([
    { __typename: 'RunStatusChanged', status: 'IN_PROGRESS', at: new Date(startedAt * 1000).toISOString() },
    { __typename: 'RunStatusChanged', status: 'UNKNOWN' },
    { __typename: 'RunStatusChanged', status: 'CANCELLING' },
    { __typename: 'RunStatusChanged', status: 'COMPLETED' },
  ]);
});

test('calls of functions, whose arguments and outputs come in pieces', async () => {
  const events = await told(() => {
    run.stream.send('thread.run.step.created', {
      ...toolStep(run.script, 'step_1', ''),
      step_details: { type: 'tool_calls', tool_calls: [] },
    });
    run.stream.send(
      'thread.run.step.delta',
      stepDelta({ index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '' } }),
    );
    run.stream.send(
      'thread.run.step.delta',
      stepDelta({ index: 0, type: 'function', function: { arguments: '{"a"' } }),
    );
    run.stream.send(
      'thread.run.step.delta',
      stepDelta({ index: 0, type: 'function', function: { arguments: ':1}' } }),
    );
    run.stream.send('thread.run.step.completed', {
      ...toolStep(run.script, 'step_1', '', 'completed'),
      step_details: {
        type: 'tool_calls',
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a":1}', output: 'done' } },
        ],
      },
    });
  });
  const stepId = globalId('RunStep', 'step_1');
  const call = { index: 0, toolCallId: 'call_1', type: 'FUNCTION', name: 'f' };
  expect(events).toEqual([
    {
      __typename: 'RunStepChanged',
      stepId,
      stepStatus: 'IN_PROGRESS',
      step: { details: { __typename: 'ToolCallsDetails' } },
    },
    {
      __typename: 'RunStepDelta',
      stepId,
      toolCalls: [{ ...call, offset: 0, arguments: null, output: null }],
    },
    {
      __typename: 'RunStepDelta',
      stepId,
      toolCalls: [{ ...call, offset: 0, arguments: '{"a"', output: null }],
    },
    {
      __typename: 'RunStepDelta',
      stepId,
      toolCalls: [{ ...call, offset: 4, arguments: ':1}', output: null }],
    },
    {
      __typename: 'RunStepDelta',
      stepId,
      toolCalls: [{ ...call, offset: 7, arguments: null, output: 'done' }],
    },
    { __typename: 'RunStepChanged', stepId, stepStatus: 'COMPLETED', step: expect.anything() },
    expect.objectContaining({ status: 'COMPLETED' }),
  ]);
});

test('calls of other tools', async () => {
  const events = await told(() => {
    const calls = [
      {
        index: 0,
        id: 'call_1',
        type: 'code_interpreter',
        code_interpreter: { input: 'print(', outputs: [] },
      },
      { index: 1, id: 'call_2', type: 'retrieval', retrieval: { found: 1 } },
      { index: 2, id: 'call_3', type: 'telepathy', telepathy: { strength: 2 } },
    ];
    for (const call of calls) run.stream.send('thread.run.step.delta', stepDelta(call));
    const outputs = [
      { index: 0, type: 'logs', logs: '1\n' },
      { index: 1, type: 'image', image: { file_id: 'file-1' } },
    ];
    run.stream.send(
      'thread.run.step.delta',
      stepDelta({ index: 0, type: 'code_interpreter', code_interpreter: { input: '1)', outputs } }),
    );
  });
  const deltas = events.flatMap((event) => Object(event).toolCalls ?? []);
  expect(deltas).toMatchObject([
    { index: 0, toolCallId: 'call_1', type: 'CODE_INTERPRETER', offset: 0, input: 'print(', outputs: [] },
    { index: 1, toolCallId: 'call_2', type: 'RETRIEVAL', retrieval: { found: 1 } },
    {
      index: 2,
      toolCallId: 'call_3',
      type: 'UNKNOWN',
      rawType: 'telepathy',
      raw: { telepathy: { strength: 2 } },
    },
    {
      index: 0,
      offset: 6,
      input: '1)',
      outputs: [
        { index: 0, type: 'LOGS', offset: 0, logs: '1\n', fileId: null },
        { index: 1, type: 'IMAGE', offset: 0, logs: null, fileId: 'file-1' },
      ],
    },
  ]);
});

test('a message with text, an annotation and an image', async () => {
  const annotation = {
    type: 'file_path',
    text: '[0]',
    start_index: 3,
    end_index: 6,
    file_path: { file_id: 'file-1' },
  };
  const delta = (...content: object[]) => ({
    id: 'msg_1',
    object: 'thread.message.delta',
    delta: { content },
  });
  const events = await told(() => {
    run.stream.send('thread.run.step.created', messageStep(run.script, 'step_1', 'msg_1'));
    run.stream.send('thread.message.created', textMessage(run.script, 'msg_1', ''));
    run.stream.send('thread.message.delta', delta({ index: 0, type: 'text', text: { value: 'ä👋🏽' } }));
    run.stream.send(
      'thread.message.delta',
      delta({ index: 0, type: 'text', text: { value: '[0]', annotations: [annotation] } }),
    );
    run.stream.send(
      'thread.message.delta',
      delta({ index: 1, type: 'image_file', image_file: { file_id: 'file-2' } }),
    );
    const message = textMessage(run.script, 'msg_1', '', 'incomplete');
    const content = [
      { type: 'text', text: { value: 'ä👋🏽[0]', annotations: [annotation] } },
      { type: 'image_file', image_file: { file_id: 'file-2' } },
    ];
    run.stream.send('thread.message.incomplete', { ...message, content });
    run.stream.send('thread.run.step.completed', messageStep(run.script, 'step_1', 'msg_1', 'completed'));
  });
  const messageId = globalId('Message', 'msg_1');
  expect(events.slice(1, -2)).toEqual([
    { __typename: 'MessageChanged', messageId, messageStatus: 'IN_PROGRESS', message: expect.anything() },
    { __typename: 'MessageDelta', messageId, index: 0, offset: 0, text: 'ä👋🏽', annotations: [] },
    {
      __typename: 'MessageDelta',
      messageId,
      index: 0,
      offset: 5,
      text: '[0]',
      annotations: [{ text: '[0]', startIndex: 3, endIndex: 6 }],
    },
    {
      __typename: 'MessageContentChanged',
      messageId,
      index: 1,
      content: { type: 'IMAGE_FILE', fileId: 'file-2' },
    },
    { __typename: 'MessageChanged', messageId, messageStatus: 'INCOMPLETE', message: { text: 'ä👋🏽[0]' } },
  ]);
});

test('an error in the stream does not end it, and shows no more than one in a response', async () => {
  const events = await told(() => {
    run.stream.send('error', { error: { message: 'Stack of gpu-17', type: 'server_error', code: null } });
    run.stream.send('error', { error: { message: 'Too many files', type: 'invalid_request_error' } });
  });
  expect(events).toEqual([
    {
      __typename: 'RunWatchError',
      error: { code: 'UPSTREAM_ERROR', message: expect.not.stringContaining('gpu-17'), requestId: null },
      willContinue: true,
    },
    {
      __typename: 'RunWatchError',
      error: { code: 'UPSTREAM_ERROR', message: 'Too many files', requestId: null },
      willContinue: true,
    },
    expect.objectContaining({ status: 'COMPLETED' }),
  ]);
});

test('a run that is deleted is told of, and nothing follows', async () => {
  const events = overWebSocket(graph.url, EVENTS, { id: run.id });
  await events.next();
  run.script.fails = 404;
  run.script.headers = { 'x-request-id': 'req_1' };
  run.stream.cut();
  expect(await events.rest()).toMatchObject([
    {
      data: {
        runEvents: {
          __typename: 'RunWatchError',
          error: { code: 'NOT_FOUND', requestId: 'req_1' },
          willContinue: false,
        },
      },
    },
  ]);
});
