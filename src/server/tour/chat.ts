import type { Tab } from './tab.ts';

/** From an assistant to its answer, and on. */
export const chat: readonly Tab[] = [
  {
    query: `# 1 of 13. Create an assistant.
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
    query: `# 2 of 13. Start a thread and run the assistant on it.
# Under Variables, paste the assistant's id in place of
# PASTE_ASSISTANT_ID. Press play, copy the thread's id,
# and go on to the next tab: ReadAnswer.
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
  {
    query: `# 4 of 13. Ask another question in the same thread.
# Paste both ids from before. The first field has ended
# when the second begins. While a run is at work, both
# say ACTIVE_RUN, and by which.
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
    query: `# 5 of 13. Page through a long thread, from its end.
# Paste the thread's id. For the page ahead of the one
# that you see, add the startCursor that comes back to
# the variables, as "before".
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
