import type { Tab } from './tab.ts';

/** Answer a run's function call, and cancel a run. */
export const functions: readonly Tab[] = [
  {
    query: `# Let the assistant call your function.
# Paste the assistant's ID. Press play, copy the run's
# ID, and open the next tab, WaitForCalls.
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
    query: `# Wait until the run calls the function.
# Paste the run's ID. Press play. The result shows the
# run each time its status changes. When the status is
# REQUIRES_ACTION, copy the toolCallId.
subscription WaitForCalls($runId: ID!) {
  runStatus(id: $runId) {
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
`,
    variables: `{
  "runId": "PASTE_RUN_ID"
}`,
  },
  {
    query: `# Submit the output of the call.
# Replace PASTE_CALL_ID with the toolCallId, and paste
# the run's ID. Submit all outputs in one request. Then
# follow the run in FollowRun until it has ended.
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
    query: `# Read the steps of the run.
# Paste the run's ID.
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
    query: `# Cancel an active run.
# The run of the previous tabs has ended and cannot be
# cancelled. Press play in CallFunction again, and paste
# the ID of the new run.
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
