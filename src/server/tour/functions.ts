import type { Tab } from './tab.ts';

/** A run that calls a function, and one that is stopped. */
export const functions: readonly Tab[] = [
  {
    query: `# 6 of 13. Let the assistant call a function of yours.
# Paste the assistant's id. Press play, copy the run's
# id, and go on to the next tab: ReadCalls.
mutation CallFunction($assistantId: ID!) {
  createThreadAndRun(
    input: {
      assistantId: $assistantId
      thread: {
        messages: [{ content: "Call weather in Oslo" }]
      }
      tools: [
        {
          function: {
            name: "weather"
            parameters: {
              type: "object"
              properties: { town: { type: "string" } }
              required: ["town"]
            }
          }
        }
      ]
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
  "assistantId": "PASTE_ASSISTANT_ID"
}`,
  },
  {
    query: `# 7 of 13. See which calls the run waits for.
# Paste the run's id in place of PASTE_RUN_ID. Press
# play until the status is REQUIRES_ACTION, and copy
# the toolCallId.
query ReadCalls($runId: ID!) {
  node(id: $runId) {
    ... on Run {
      status
      expiresAt
      requiredAction {
        toolCalls {
          toolCallId
          name
          arguments
        }
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
    query: `# 8 of 13. Hand over what came of the call.
# Paste the toolCallId in place of PASTE_CALL_ID, and
# the run's id. All outputs go in one request.
mutation SubmitOutput(
  $toolCallId: String!
  $runId: ID!
) {
  submitToolOutputsToRun(
    input: {
      id: $runId
      toolOutputs: [
        { toolCallId: $toolCallId, output: "Rain." }
      ]
    }
  ) {
    run {
      status
    }
  }
}
`,
    variables: `{
  "toolCallId": "PASTE_CALL_ID",
  "runId": "PASTE_RUN_ID"
}`,
  },
  {
    query: `# 9 of 13. See what the run did, step by step.
# Paste the run's id.
query ReadSteps($runId: ID!) {
  node(id: $runId) {
    ... on Run {
      status
      steps(first: 10, order: ASC) {
        nodes {
          status
          details {
            ... on ToolCallsDetails {
              toolCalls {
                ... on FunctionToolCall {
                  name
                  arguments
                  output
                }
              }
            }
            ... on MessageCreationDetails {
              message {
                text
              }
            }
          }
        }
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
    query: `# 10 of 13. Stop a run that is at work or waits.
# The one before has ended, and says that it cannot:
# press play in CallFunction again for one that waits.
mutation StopRun($runId: ID!) {
  cancelRun(input: { id: $runId }) {
    run {
      status
      isTerminal
    }
  }
}
`,
    variables: `{
  "runId": "PASTE_RUN_ID"
}`,
  },
];
