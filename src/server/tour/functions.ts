import type { Tab } from './tab.ts';

/** Answer a run's function call, and cancel a run. */
export const functions: readonly Tab[] = [
  {
    query: `# Let the assistant call your function.
# Press play, and open the next tab, WaitForCalls.
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
  "assistantId": "LATEST_ASSISTANT"
}`,
  },
  {
    query: `# Wait until the run calls the function.
# Press play. The result shows the run each time its
# status changes. When the status is REQUIRES_ACTION, it
# has the calls, with a toolCallId each: go to the next
# tab, SubmitOutput.
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
  "runId": "LATEST_RUN"
}`,
  },
  {
    query: `# Submit the output of the call.
# Press play. LATEST_CALL stands for the toolCallId. All
# outputs of a run go into one request. Then follow the
# run in FollowRun until it has ended.
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
  "toolCallId": "LATEST_CALL",
  "runId": "LATEST_RUN"
}`,
  },
  {
    query: `# Read the steps of the run.
# They have its calls and its messages.
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
  "runId": "LATEST_RUN"
}`,
  },
  {
    query: `# Cancel an active run.
# The run of the previous tabs has ended and cannot be
# cancelled. Press play in CallFunction again, and then
# here.
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
  "runId": "LATEST_RUN"
}`,
  },
];
