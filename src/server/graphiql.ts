import { renderGraphiQL as renderPage } from '@graphql-yoga/render-graphiql';
import type { GraphiQLOptions } from 'graphql-yoga';

/** A tour. Each tab is titled by its operation, and says which id it wants from the one before. */
const tour = [
  {
    query: `# 1 of 3. Create an assistant.
# Press the play button, then copy the "id" that
# comes back and go on to the next tab: AskQuestion.
mutation CreateAssistant {
  createAssistant(
    input: {
      # Answers without a network. Where a real API is
      # behind this server, name one of its models.
      model: "offline"
      name: "Guide"
      instructions: "Explain in one sentence."
    }
  ) {
    assistant {
      id
      name
      createdAt
    }
  }
}
`,
    variables: '',
  },
  {
    query: `# 2 of 3. Start a thread and run the assistant on it.
# Under Variables, paste the assistant's id in place of
# PASTE_ASSISTANT_ID. Press play, copy the thread's id,
# and go on to the last tab: ReadAnswer.
mutation AskQuestion($assistantId: ID!) {
  createThreadAndRun(
    input: {
      assistantId: $assistantId
      thread: {
        messages: [{ content: "What is a cursor?" }]
      }
    }
  ) {
    run {
      status
      thread {
        id
      }
    }
  }
}
`,
    variables: `{
  "assistantId": "PASTE_ASSISTANT_ID"
}`,
  },
  {
    query: `# 3 of 3. Read the answer.
# Under Variables, paste the thread's id in place of
# PASTE_THREAD_ID. Press play, and once more for as long
# as the assistant is at work: until activeRun is null.
query ReadAnswer($threadId: ID!) {
  thread(id: $threadId) {
    activeRun {
      status
    }
    messages(first: 10, order: ASC) {
      nodes {
        role
        text
      }
    }
  }
}
`,
    variables: `{
  "threadId": "PASTE_THREAD_ID"
}`,
  },
];

/** The options of GraphiQL's page, which comes whole from this server: a browser needs no other host. */
export const graphiql = {
  title: 'Assistants GraphQL',
  defaultEditorToolsVisibility: 'variables' as const,
  defaultTabs: tour,
};

/**
 * GraphiQL's tabs carry an offset from an animation at the start, which their style sheet hides until they have the
 * focus: under the mouse they jump away, and the first click on a tab is lost. So it is hidden always.
 */
const STEADY_TABS = '<style>.graphiql-tab { transform: none !important }</style>';

export function renderGraphiQL(options: GraphiQLOptions): string {
  return renderPage(options).replace('</head>', `${STEADY_TABS}</head>`);
}
