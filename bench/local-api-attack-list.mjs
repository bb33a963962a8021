/** What a hostile client sends to the local API. Each resolves once the API is done with it. */

const MIB = 1024 * 1024;
const LIVE = ['queued', 'in_progress', 'cancelling'];
const text = (length) => 'lorem ipsum '.repeat(Math.ceil(length / 12)).slice(0, length);

async function created(client, path, body) {
  const { status, json } = await client.send('POST', path, body);
  if (status !== 200) throw new Error(`${path}: ${status} ${json?.error?.message}`);
  return json;
}

const statusOf = (response) => `${response.status}`;

/** Waits until a run has ended or requires action. */
async function settled(client, run) {
  for (;;) {
    const { json, length } = await client.send('GET', `/threads/${run.thread_id}/runs/${run.id}`);
    if (json === undefined) return `a run of ${length} bytes`;
    if (!LIVE.includes(json.status)) return json;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function runWith(client, functions, content, body = {}) {
  const tools = functions.map((parameters, index) => ({
    type: 'function',
    function: { name: `f${index}`, parameters },
  }));
  const assistant = await created(client, '/assistants', { model: 'm', tools });
  const thread = { messages: [{ role: 'user', content }] };
  return created(client, '/threads/runs', { assistant_id: assistant.id, thread, ...body });
}

/** A run that calls a function with these parameters. */
const schema = (name, ...functions) => ({
  name,
  async act(client) {
    const names = functions.map((_, index) => `f${index}`).join(' ');
    const run = await settled(client, await runWith(client, functions, names));
    return run.status ?? run;
  },
});

const property = (value) => ({ type: 'object', properties: { a: value }, required: ['a'] });
const everywhere = { $ref: '#' };
const words = (count) => Array.from({ length: count }, (_, index) => `word${index}`);

const schemas = [
  schema('pattern ^(a+)+b$', property({ type: 'string', pattern: '^(a+)+b$', minLength: 40 })),
  schema('pattern ((a{1000}){1000}){1000}', property({ type: 'string', pattern: '((a{1000}){1000}){1000}' })),
  schema(
    'pattern of an e-mail address',
    property({ type: 'string', pattern: '^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\\.[a-zA-Z]{2,}$' }),
  ),
  schema('patternProperties', {
    type: 'object',
    required: [`${'a'.repeat(60)}!`],
    patternProperties: { '^(a+)+$': { type: 'string' } },
  }),
  schema('minItems and minLength of 1e12', {
    type: 'object',
    properties: Object.fromEntries(
      words(20).map((name) => [
        name,
        { type: 'array', minItems: 1e12, items: { type: 'string', minLength: 1e12 } },
      ]),
    ),
  }),
  schema(
    '20 functions that reference themselves',
    ...Array.from({ length: 20 }, () => ({
      allOf: [everywhere, everywhere],
      anyOf: [everywhere],
      properties: { a: everywhere, b: everywhere },
      required: ['a', 'b'],
    })),
  ),
  schema('a wide schema that references itself', {
    type: 'object',
    properties: Object.fromEntries(words(8_000).map((name) => [name, everywhere])),
    required: words(8_000),
  }),
  schema(
    'a $ref of 100,000 steps, 1,000 times',
    property({ type: 'array', minItems: 1_000, items: { $ref: `#${'/a'.repeat(100_000)}` } }),
  ),
  schema(
    'a default of 300 KB, 1,000 times',
    property({ type: 'array', minItems: 1_000, items: { default: text(300_000) } }),
  ),
  schema('minimum: 0.1, multipleOf: 1e-300', property({ type: 'number', minimum: 0.1, multipleOf: 1e-300 })),
];

const requests = [
  {
    name: 'a body of [],[],… (4 MB)',
    act: async (client) =>
      statusOf(await client.send('POST', '/threads', `[${'[],'.repeat((4 * MIB) / 3)}1]`)),
  },
  {
    name: 'a body of [[[[… (4 MB)',
    act: async (client) => statusOf(await client.send('POST', '/threads', '['.repeat(4 * MIB))),
  },
  {
    name: 'a body of distinct keys (4 MB)',
    act: async (client) => {
      const metadata = words(250_000).map((word) => `"${word}":1`);
      return statusOf(await client.send('POST', '/threads', `{"metadata":{${metadata.join(',')}}}`));
    },
  },
  {
    name: 'a body of 16 MB',
    act: async (client) =>
      statusOf(
        await client.send('POST', '/threads', { messages: [{ role: 'user', content: text(15.9 * MIB) }] }),
      ),
  },
  {
    name: 'a thread with 40,000 messages',
    act: async (client) => {
      const messages = words(40_000).map((content) => ({ role: 'user', content }));
      return statusOf(await client.send('POST', '/threads', { messages }));
    },
  },
  {
    name: 'an upload of 63 MB',
    act: (client) => upload(client).then(statusOf),
  },
  {
    name: 'a download of 63 MB',
    prepare: (client) => upload(client),
    act: async (client, { json }) => (await client.send('GET', `/files/${json.id}/content`)).length,
  },
  {
    name: 'deleting a file of 63 MB',
    prepare: (client) => upload(client),
    act: (client, { json }) => removed(client, `/files/${json.id}`),
  },
  {
    name: 'a page of 100 messages of 256,000 characters',
    prepare: (client) => longThread(client, 100, text(256_000)),
    act: async (client, { id }) => (await client.send('GET', `/threads/${id}/messages?limit=100`)).length,
  },
  {
    name: 'deleting a thread of 100,000 messages',
    prepare: (client) => longThread(client, 100_000, 'a'),
    act: (client, { id }) => removed(client, `/threads/${id}`),
  },
];

/** Its rows are deleted after the response. */
async function removed(client, path) {
  const response = await client.send('DELETE', path);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  return statusOf(response);
}

const upload = (client) => client.upload('a.txt', Buffer.alloc(63 * MIB, 'text '));

/** A thread, written with as many messages per request as the API accepts. */
async function longThread(client, count, content) {
  const thread = await created(client, '/threads', {});
  const assistant = await created(client, '/assistants', { model: 'm' });
  let size = Math.min(Math.floor((3.5 * MIB) / (content.length + 40)), count, 10_000);
  for (let left = count; left > 0; ) {
    const additional_messages = Array.from({ length: Math.min(size, left) }, () => ({
      role: 'user',
      content,
    }));
    const body = { assistant_id: assistant.id, additional_messages, tool_choice: 'none', stream: true };
    const { status } = await client.send('POST', `/threads/${thread.id}/runs`, body);
    if (status === 200) left -= additional_messages.length;
    else if (size > 100) size = 100;
    else throw new Error(`additional_messages: ${status}`);
  }
  return thread;
}

const runs = [
  {
    name: '"f0 then f0 then …" with 20 functions',
    act: async (client) => {
      const run = await runWith(client, Array(20).fill({}), 'a then '.repeat(36_000));
      return (await settled(client, run)).status;
    },
  },
  {
    name: 'a run over 100,000 messages, last_messages: 1e9',
    prepare: (client) => longThread(client, 100_000, ' '),
    act: async (client, { id }) => {
      const assistant = await created(client, '/assistants', { model: 'm' });
      const truncation_strategy = { type: 'last_messages', last_messages: 1e9 };
      const run = await created(client, `/threads/${id}/runs`, {
        assistant_id: assistant.id,
        truncation_strategy,
      });
      return (await settled(client, run)).status;
    },
  },
  {
    name: 'a run over 100 messages of 256,000 characters',
    prepare: (client) => longThread(client, 100, text(256_000).replaceAll(' ', '_')),
    act: async (client, { id }) => {
      const assistant = await created(client, '/assistants', { model: 'm' });
      const run = await created(client, `/threads/${id}/runs`, { assistant_id: assistant.id });
      return (await settled(client, run)).status;
    },
  },
  {
    name: 'ten rounds of tool outputs of 500 KB of words',
    act: async (client) => {
      let run = await settled(client, await runWith(client, [{}], Array(10).fill('f0').join(' then ')));
      for (let round = 1; run.status === 'requires_action'; round++) {
        const [call] = run.required_action.submit_tool_outputs.tool_calls;
        const tool_outputs = [{ tool_call_id: call.id, output: 'a '.repeat(250_000) }];
        const path = `/threads/${run.thread_id}/runs/${run.id}/submit_tool_outputs`;
        const { status } = await client.send('POST', path, { tool_outputs });
        if (status !== 200) return `${status} in round ${round}`;
        run = await settled(client, run);
      }
      return run.status;
    },
  },
  {
    name: '1,000 runs of 100 words at once',
    prepare: (client) => created(client, '/assistants', { model: 'm' }),
    act: async (client, assistant) => {
      const thread = { messages: [{ role: 'user', content: text(500) }] };
      const body = { assistant_id: assistant.id, thread, stream: true };
      const runs = Array.from({ length: 1_000 }, () => client.send('POST', '/threads/runs', body));
      const ended = await Promise.all(runs);
      return `${ended.filter(({ status }) => status === 200).length} streams`;
    },
  },
  {
    name: '2,000 live runs after a restart',
    prepare: async (client) => {
      const started = [];
      // A function call, so that they live until the outputs come.
      for (let index = 0; index < 2_000; index++) started.push(runWith(client, [{}], 'f0'));
      return Promise.all(started);
    },
    act: async (client, started) => {
      await client.restart();
      return (await settled(client, started.at(-1))).status;
    },
  },
  pageOfAssistants('3 MB', 3 * MIB),
  pageOfAssistants('500 KB', 500_000),
  {
    name: 'a thread with 100 messages of 40,000 characters',
    act: async (client) => {
      const messages = Array.from({ length: 100 }, () => ({ role: 'user', content: text(40_000) }));
      return statusOf(await client.send('POST', '/threads', { messages }));
    },
  },
  {
    name: 'an assistant with 24,000 values in 500 KB of tools',
    act: async (client) => {
      const parameters = { enum: words(24_000).map((word) => `${word}-----`) };
      const tools = [{ type: 'function', function: { name: 'f', parameters } }];
      return statusOf(await client.send('POST', '/assistants', { model: 'm', tools }));
    },
  },
];

function pageOfAssistants(name, size) {
  return {
    name: `a page of 100 assistants with ${name} of tools each`,
    prepare: async (client) => {
      const parameters = { description: text(size) };
      for (let index = 0; index < 100; index++) {
        const tools = [{ type: 'function', function: { name: 'f', parameters } }];
        const { status } = await client.send('POST', '/assistants', { model: 'm', tools });
        if (status !== 200) return status;
      }
      return 200;
    },
    act: async (client, status) =>
      status === 200 ? (await client.send('GET', '/assistants?limit=100')).length : `${status}`,
  };
}

export const attacks = [...schemas, ...requests, ...runs];
