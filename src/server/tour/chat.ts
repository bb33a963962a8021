import type { Tab } from './tab.ts';

/** The offline model repeats the question, so a long one gives time to open the next tab while the run is active. */
const NUMBERS = Array.from({ length: 900 }, (_, index) => index + 1).join(' ');

/** Create an assistant, ask questions, follow and read the answers. */
export const chat: readonly Tab[] = [
  {
    query: `# Create an assistant.
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
    query: `# Start a thread and run the assistant on it.
# Under Variables, replace PASTE_ASSISTANT_ID with the
# assistant's ID. Press play, copy the run's ID, and go
# to the next tab, FollowRun. The question is long, so
# that the answer takes about 20 seconds.
mutation AskQuestion(
  $assistantId: ID!
  $question: String!
) {
  createThreadAndRun(
    input: {
      assistantId: $assistantId
      thread: { messages: [{ content: $question }] }
    }
  ) {
    run {
      id
      status
    }
  }
}
`,
    variables: `{
  "assistantId": "PASTE_ASSISTANT_ID",
  "question": "What is a cursor? Also repeat: ${NUMBERS}"
}`,
  },
  {
    query: `# Follow a run while it is written.
# Replace PASTE_RUN_ID with the run's ID. Press play to
# start, and again to stop. Each event replaces the one
# before; the last has the answer and the thread's ID.
# To continue after an event, add its cursor to the
# variables as "after". GraphiQL uses a WebSocket, or
# server-sent events at /graphql?transport=sse.
subscription FollowRun($runId: ID!, $after: String) {
  runEvents(id: $runId, after: $after) {
    __typename
    cursor
    ... on MessageDelta {
      offset
      text
    }
    ... on MessageChanged {
      messageStatus
    }
    ... on RunStepChanged {
      stepStatus
    }
    ... on RunStatusChanged {
      status
      run {
        thread {
          id
        }
        messages(first: 1) {
          nodes {
            text
          }
        }
      }
    }
    ... on RunWatchError {
      willContinue
      error {
        code
        message
      }
    }
  }
}
`,
    variables: `{
  "runId": "PASTE_RUN_ID"
}`,
  },
  {
    query: `# Read the thread, newest messages first.
# Replace PASTE_THREAD_ID with the thread's ID, which
# FollowRun shows. activeRun is null once the run has
# ended.
query ReadAnswer($threadId: ID!) {
  thread(id: $threadId) {
    activeRun {
      status
    }
    messages(first: 10) {
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
    query: `# Ask another question in the same thread.
# Paste both IDs. The two fields run in order. An active
# run locks its thread: WAIT waits until it ends, and by
# default both fields fail with ACTIVE_RUN. Follow the
# new run with its ID in FollowRun.
mutation AskMore($threadId: ID!, $assistantId: ID!) {
  createMessage(
    input: {
      threadId: $threadId
      content: "And what is an edge?"
      onActiveRun: WAIT
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
      id
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
    query: `# Page backward through a long thread.
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
