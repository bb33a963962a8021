import { renderGraphiQL } from '@graphql-yoga/render-graphiql';

/** A tour: each tab is titled by its operation, works as it stands, and says which id it wants from the one before. */
const tabs = [
  `# 1. Create an assistant. Run this (Ctrl-Enter), then go on to the next tab.
mutation CreateAssistant {
  createAssistant(
    input: {
      model: "offline"
      name: "Guide"
      instructions: "You explain things in one friendly sentence."
    }
  ) {
    assistant {
      id
      restId
      name
      model
      createdAt
    }
  }
}
`,
  `# 2. Start a thread with a question, and set the assistant to work on it.
# Paste the assistant's id from the first tab into the variables below, in place of PASTE_ASSISTANT_ID.
mutation StartRun($assistantId: ID!) {
  createThreadAndRun(
    input: {
      assistantId: $assistantId
      thread: { messages: [{ content: "What is a GraphQL connection?" }] }
    }
  ) {
    run {
      id
      status
      thread {
        id
      }
    }
  }
}
`,
  `# 3. Read the answer.
# Paste the thread's id from the second tab into the variables below, in place of PASTE_THREAD_ID.
# Run it again until activeRun is null: then the assistant has said all it has to say.
query ReadAnswer($threadId: ID!) {
  thread(id: $threadId) {
    activeRun {
      status
    }
    messages(first: 10) {
      nodes {
        role
        text
        createdAt
        run {
          status
          usage {
            totalTokens
          }
        }
      }
    }
  }
}
`,
];

const variables = [undefined, '{ "assistantId": "PASTE_ASSISTANT_ID" }', '{ "threadId": "PASTE_THREAD_ID" }'];

/** The options of GraphiQL's page, which comes whole from this server: a browser needs no other host. */
export const graphiql = {
  title: 'Assistants GraphQL',
  defaultEditorToolsVisibility: 'variables' as const,
  defaultTabs: tabs.map((query, index) => ({ query, variables: variables[index] ?? null })),
};

export { renderGraphiQL };
