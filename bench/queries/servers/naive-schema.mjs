/** The part of the graph that the workloads query, for the naive servers. Their global IDs are paths of REST IDs. */
export const typeDefs = `
  scalar JSON
  interface Node { restId: String! }
  type Query {
    assistant(id: ID!): Assistant
    assistants(first: Int, after: String): AssistantConnection!
    thread(id: ID!): Thread
    node(id: ID!): Node
    nodes(ids: [ID!]!): [Node]!
  }
  type Assistant implements Node {
    restId: String! createdAt: String! name: String description: String model: String! instructions: String
    fileIds: [String!]! metadata: JSON! temperature: Float topP: Float
  }
  type AssistantConnection { nodes: [Assistant!]! }
  type Thread implements Node {
    restId: String! createdAt: String!
    messages(first: Int): MessageConnection! runs(first: Int): RunConnection!
  }
  type Message implements Node { restId: String! role: String! createdAt: String! text: String! }
  type MessageConnection { nodes: [Message!]! }
  type Run implements Node {
    restId: String! status: String! createdAt: String! assistant: Assistant steps(first: Int): RunStepConnection!
  }
  type RunConnection { nodes: [Run!]! }
  type RunStep implements Node {
    restId: String! type: String! status: String! createdAt: String! details: RunStepDetails!
  }
  type RunStepConnection { nodes: [RunStep!]! }
  interface RunStepDetails { type: String! }
  type MessageCreationDetails implements RunStepDetails { type: String! message: Message }
  type ToolCallsDetails implements RunStepDetails { type: String! }
`;

const time = (seconds) => new Date(seconds * 1000).toISOString();
const restId = ({ id }) => id;
const createdAt = ({ created_at }) => time(created_at);
const upper = (name) => (parent) => parent[name].toUpperCase();

/** A resolver for each field that is not a property of its REST object; each object is one GET. */
export function createResolvers(get) {
  const list = async (path, { first = 20, after }) => ({
    nodes: (await get(`${path}?limit=${first}${after ? `&after=${after}` : ''}`)).data,
  });
  const node = async (id) => {
    const [threadId, child] = id.split('/');
    if (child.startsWith('msg_')) {
      return { __typename: 'Message', ...(await get(`/threads/${threadId}/messages/${child}`)) };
    }
    return { __typename: 'Run', thread_id: threadId, id: child };
  };
  return {
    Query: {
      assistant: (_, { id }) => get(`/assistants/${id}`),
      assistants: (_, args) => list('/assistants', args),
      thread: (_, { id }) => get(`/threads/${id}`),
      node: (_, { id }) => node(id),
      nodes: (_, { ids }) => ids.map(node),
    },
    Assistant: { restId, createdAt, fileIds: ({ file_ids }) => file_ids, topP: ({ top_p }) => top_p },
    Thread: {
      restId,
      createdAt,
      messages: ({ id }, args) => list(`/threads/${id}/messages`, args),
      runs: ({ id }, args) => list(`/threads/${id}/runs`, args),
    },
    Message: {
      restId,
      createdAt,
      role: upper('role'),
      text: ({ content }) => content.map(({ text }) => text.value).join(''),
    },
    Run: {
      restId,
      createdAt,
      status: upper('status'),
      assistant: ({ assistant_id }) => get(`/assistants/${assistant_id}`),
      steps: ({ thread_id, id }, args) => list(`/threads/${thread_id}/runs/${id}/steps`, args),
    },
    RunStep: {
      restId,
      createdAt,
      type: upper('type'),
      status: upper('status'),
      details: ({ thread_id, step_details }) => ({
        __typename: step_details.type === 'message_creation' ? 'MessageCreationDetails' : 'ToolCallsDetails',
        type: step_details.type,
        thread_id,
        message_id: step_details.message_creation?.message_id,
      }),
    },
    MessageCreationDetails: {
      message: ({ thread_id, message_id }) => get(`/threads/${thread_id}/messages/${message_id}`),
    },
  };
}
