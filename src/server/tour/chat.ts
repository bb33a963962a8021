import type { Tab } from './tab.ts';

/** The offline model repeats the question, so a long one gives time to open the next tab while the run is active. */
const NUMBERS = Array.from({ length: 900 }, (_, index) => index + 1).join(' ');

/** Create an assistant, ask questions, follow and read the answers. */
export const chat: readonly Tab[] = [
  {
    query: `# Create an assistant.
# Press the play button, then open the next tab,
# AskQuestion. This page remembers the latest IDs, so
# there is nothing to copy.
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
# LATEST_ASSISTANT in the variables stands for the
# assistant that you have just created. Press play, and
# go to the next tab, FollowRun, at once. The question
# is long, so that the answer takes about 20 seconds.
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
    thread {
      id
    }
  }
}
`,
    variables: `{
  "assistantId": "LATEST_ASSISTANT",
  "question": "What is a cursor? Also repeat: ${NUMBERS}"
}`,
  },
  {
    query: `# Follow the latest run while it is written.
# Press play to start, and again to stop. Each event
# replaces the one before; the last has the answer.
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
  "runId": "LATEST_RUN"
}`,
  },
  {
    query: `# Read the thread, newest messages first.
# Press play. activeRun is null once the run has ended.
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
  "threadId": "LATEST_THREAD"
}`,
  },
  {
    query: `# Ask another question in the same thread.
# The two fields run in order. An active run locks its
# thread: WAIT waits until it ends, and by default both
# fields fail with ACTIVE_RUN. Follow the new run in
# FollowRun.
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
  "threadId": "LATEST_THREAD",
  "assistantId": "LATEST_ASSISTANT"
}`,
  },
  {
    query: `# Page backward through a long thread.
# Press play. To read the page before this one, add
# "before" to the variables, with the value of
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
  "threadId": "LATEST_THREAD"
}`,
  },
];
