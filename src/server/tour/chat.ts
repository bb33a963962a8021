import type { Tab } from './tab.ts';

/** Create an assistant, ask questions, read the answers. */
export const chat: readonly Tab[] = [
  {
    query: `# 1 of 13. Create an assistant.
# Press the play button. Copy the "id" from the result,
# then open the next tab, AskQuestion.
mutation CreateAssistant {
  createAssistant(
    input: {
      # "offline" works without a network. If this
      # server uses a real API, name one of its models.
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
    query: `# 2 of 13. Start a thread and run the assistant on it.
# Under Variables, replace PASTE_ASSISTANT_ID with the
# assistant's ID. Press play, copy the thread's ID, and
# open the next tab, ReadAnswer.
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
    query: `# 3 of 13. Read the answer.
# Under Variables, replace PASTE_THREAD_ID with the
# thread's ID. Press play, and repeat until the run has
# ended: activeRun is null.
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
  {
    query: `# 4 of 13. Ask another question in the same thread.
# Paste both IDs. The two fields run in order. Both fail
# with ACTIVE_RUN while a run is active; the error has
# the ID of that run.
mutation AskMore($threadId: ID!, $assistantId: ID!) {
  createMessage(
    input: {
      threadId: $threadId
      content: "And what is an edge?"
    }
  ) {
    message {
      text
    }
  }
  createRun(
    input: {
      threadId: $threadId
      assistantId: $assistantId
    }
  ) {
    run {
      status
    }
  }
}
`,
    variables: `{
  "threadId": "PASTE_THREAD_ID",
  "assistantId": "PASTE_ASSISTANT_ID"
}`,
  },
  {
    query: `# 5 of 13. Page backward through a long thread.
# Paste the thread's ID. To read the page before this
# one, add "before" to the variables, with the value of
# startCursor.
query ReadEarlier($threadId: ID!, $before: String) {
  thread(id: $threadId) {
    messages(last: 2, before: $before, order: ASC) {
      nodes {
        role
        text
      }
      pageInfo {
        hasPreviousPage
        startCursor
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
