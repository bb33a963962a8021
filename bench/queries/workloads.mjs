/**
 * What is measured: a query, its variables, and the same response made from REST with as few calls as by hand. `get` reads a
 * path of the REST API. `encodeId(type, path)` makes a global ID of the measured server. `flat` is the same query to a graph
 * with a field for each REST operation, where one request suffices; `read` makes the same data of its response.
 */
const time = (seconds) => new Date(seconds * 1000).toISOString();
const upper = (text) => text.toUpperCase();
const textOf = ({ content }) => content.map(({ text }) => text.value).join('');
const range = (count) => Array.from({ length: count }, (_, index) => index);

const ASSISTANT = 'restId createdAt name description model instructions fileIds metadata temperature topP';
const assistantOf = (raw) => ({
  restId: raw.id,
  createdAt: time(raw.created_at),
  name: raw.name,
  description: raw.description,
  model: raw.model,
  instructions: raw.instructions,
  fileIds: raw.file_ids,
  metadata: raw.metadata,
  temperature: raw.temperature,
  topP: raw.top_p,
});
const RAW_ASSISTANT = 'id created_at name description model instructions file_ids metadata temperature top_p';
const RAW_MESSAGE = 'id role created_at content { text { value } }';
const messageOf = (raw) => ({
  restId: raw.id,
  role: upper(raw.role),
  createdAt: time(raw.created_at),
  text: textOf(raw),
});

const threadOf = (raw, messages) => ({
  restId: raw.id,
  createdAt: time(raw.created_at),
  messages: { nodes: messages.data.map(messageOf) },
});

/** The body of a request to one of the servers. Global IDs of the naive ones are their paths. */
export function bodyOf({ query, variables, flat }, server) {
  if (server === 'mesh') return JSON.stringify({ query: flat.query });
  const encodeId = ['ours', 'observed'].includes(server)
    ? (type, path) => Buffer.from(`${type}:${path}`).toString('base64url')
    : (_, path) => path;
  return JSON.stringify({ query, variables: variables(encodeId) });
}

/** @param count of assistants, of which a page holds 100: how cost grows with the objects of a response */
export function assistants(count) {
  const pages = range(Math.ceil(count / 100)).map((index) => ({
    name: `page${index}`,
    size: Math.min(100, count - index * 100),
    after: index === 0 ? undefined : `asst_${index * 100 - 1}`,
  }));
  const field = ({ name, size, after }) =>
    `${name}: assistants(first: ${size}${after ? `, after: "${after}"` : ''}) { nodes { ${ASSISTANT} } }`;
  const rawField = ({ name, size, after }) =>
    `${name}: listAssistants(limit: ${size}${after ? `, after: "${after}"` : ''}) { data { ${RAW_ASSISTANT} } }`;
  return {
    name: `${count} assistants, all scalars`,
    query: `{ ${pages.map(field).join(' ')} }`,
    variables: () => ({}),
    flat: {
      query: `{ ${pages.map(rawField).join(' ')} }`,
      read: (data) =>
        Object.fromEntries(pages.map(({ name }) => [name, { nodes: data[name].data.map(assistantOf) }])),
    },
    async rest(get) {
      const connection = async ({ name, size, after }) => {
        const { data } = await get(`/assistants?limit=${size}${after ? `&after=${after}` : ''}`);
        return [name, { nodes: data.map(assistantOf) }];
      };
      return Object.fromEntries(await Promise.all(pages.map(connection)));
    },
  };
}

export const WORKLOADS = [
  {
    name: 'one assistant',
    query: `query ($id: ID!) { assistant(id: $id) { ${ASSISTANT} } }`,
    variables: () => ({ id: 'asst_1' }),
    flat: {
      query: `{ getAssistant(assistant_id: "asst_1") { ${RAW_ASSISTANT} } }`,
      read: (data) => ({ assistant: assistantOf(data.getAssistant) }),
    },
    async rest(get) {
      return { assistant: assistantOf(await get('/assistants/asst_1')) };
    },
  },
  assistants(20),
  {
    name: 'a thread and 20 messages',
    query: `query ($id: ID!) {
      thread(id: $id) { restId createdAt messages(first: 20) { nodes { restId role createdAt text } } }
    }`,
    variables: () => ({ id: 'thread_1' }),
    flat: {
      query: `{
        getThread(thread_id: "thread_1") { id created_at }
        listMessages(thread_id: "thread_1", limit: 20) { data { ${RAW_MESSAGE} } }
      }`,
      read: ({ getThread, listMessages }) => ({ thread: threadOf(getThread, listMessages) }),
    },
    async rest(get) {
      const [thread, messages] = await Promise.all([
        get('/threads/thread_1'),
        get('/threads/thread_1/messages?limit=20'),
      ]);
      return { thread: threadOf(thread, messages) };
    },
  },
  {
    name: 'a thread, 30 runs, their assistants',
    query: `query ($id: ID!) {
      thread(id: $id) { restId createdAt runs(first: 30) { nodes { restId status createdAt assistant { name model } } } }
    }`,
    variables: () => ({ id: 'thread_1' }),
    async rest(get) {
      const [thread, runs] = await Promise.all([
        get('/threads/thread_1'),
        get('/threads/thread_1/runs?limit=30'),
      ]);
      const ids = [...new Set(runs.data.map((run) => run.assistant_id))];
      const assistants = new Map(
        await Promise.all(ids.map(async (id) => [id, await get(`/assistants/${id}`)])),
      );
      const nodes = runs.data.map((run) => {
        const { name, model } = assistants.get(run.assistant_id);
        return {
          restId: run.id,
          status: upper(run.status),
          createdAt: time(run.created_at),
          assistant: { name, model },
        };
      });
      return { thread: { restId: thread.id, createdAt: time(thread.created_at), runs: { nodes } } };
    },
  },
  {
    name: 'a thread, 20 runs, their steps',
    query: `query ($id: ID!) {
      thread(id: $id) {
        restId createdAt
        runs(first: 20) { nodes { restId status createdAt steps(first: 10) { nodes { restId type status createdAt } } } }
      }
    }`,
    variables: () => ({ id: 'thread_1' }),
    async rest(get) {
      const [thread, runs] = await Promise.all([
        get('/threads/thread_1'),
        get('/threads/thread_1/runs?limit=20'),
      ]);
      const nodes = await Promise.all(
        runs.data.map(async (run) => {
          const { data } = await get(`/threads/thread_1/runs/${run.id}/steps?limit=10`);
          const steps = data.map((step) => ({
            restId: step.id,
            type: upper(step.type),
            status: upper(step.status),
            createdAt: time(step.created_at),
          }));
          return {
            restId: run.id,
            status: upper(run.status),
            createdAt: time(run.created_at),
            steps: { nodes: steps },
          };
        }),
      );
      return { thread: { restId: thread.id, createdAt: time(thread.created_at), runs: { nodes } } };
    },
  },
  {
    name: "a run's steps and their messages",
    query: `query ($id: ID!) {
      node(id: $id) {
        ... on Run {
          steps(first: 4) {
            nodes { restId status details { ... on MessageCreationDetails { message { restId role createdAt text } } } }
          }
        }
      }
    }`,
    variables: (encodeId) => ({ id: encodeId('Run', 'thread_1/run_1') }),
    async rest(get) {
      const steps = await get('/threads/thread_1/runs/run_1/steps?limit=4');
      const nodes = await Promise.all(
        steps.data.map(async (step) => {
          const id = step.step_details.message_creation.message_id;
          const message = messageOf(await get(`/threads/thread_1/messages/${id}`));
          return { restId: step.id, status: upper(step.status), details: { message } };
        }),
      );
      return { node: { steps: { nodes } } };
    },
  },
  {
    name: '50 messages by id',
    query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Message { restId role createdAt text } } }',
    variables: (encodeId) => ({
      ids: range(50).map((index) => encodeId('Message', `thread_1/msg_${index}`)),
    }),
    flat: {
      query: `{ ${range(50)
        .map(
          (index) =>
            `m${index}: getMessage(thread_id: "thread_1", message_id: "msg_${index}") { ${RAW_MESSAGE} }`,
        )
        .join(' ')} }`,
      read: (data) => ({ nodes: range(50).map((index) => messageOf(data[`m${index}`])) }),
    },
    async rest(get) {
      const messages = await Promise.all(
        range(50).map((index) => get(`/threads/thread_1/messages/msg_${index}`)),
      );
      return { nodes: messages.map(messageOf) };
    },
  },
];
