import type { Tab } from './tab.ts';

/** Files, changes, and the end. */
export const housekeeping: readonly Tab[] = [
  {
    query: `# 11 of 13. Attach a file to an assistant.
# Files are uploaded to the REST API, for instance with
#   curl http://127.0.0.1:4001/v1/files \\
#     -H "Authorization: Bearer local" \\
#     -H "OpenAI-Beta: assistants=v1" \\
#     -F purpose=assistants -F file=@README.md
# Paste the id that comes back, and the assistant's.
mutation AttachFile(
  $assistantId: ID!
  $fileId: String!
) {
  createAssistantFile(
    input: {
      assistantId: $assistantId
      fileId: $fileId
    }
  ) {
    assistantFile {
      restId
      createdAt
      assistant {
        fileIds
      }
    }
  }
}
`,
    variables: `{
  "assistantId": "PASTE_ASSISTANT_ID",
  "fileId": "PASTE_FILE_ID"
}`,
  },
  {
    query: `# 12 of 13. Change an assistant.
# What is left out stays as it is, null clears, and
# metadata is replaced as a whole. Paste the id.
mutation ChangeAssistant($assistantId: ID!) {
  modifyAssistant(
    input: {
      id: $assistantId
      description: "Explains the graph."
      instructions: null
      metadata: { team: "docs" }
    }
  ) {
    assistant {
      name
      description
      instructions
      metadata
    }
  }
}
`,
    variables: `{
  "assistantId": "PASTE_ASSISTANT_ID"
}`,
  },
  {
    query: `# 13 of 13. Clean up, for good: a thread takes its
# messages, runs and steps along. Paste both ids.
mutation CleanUp($threadId: ID!, $assistantId: ID!) {
  deleteThread(input: { id: $threadId }) {
    deletedId
  }
  deleteAssistant(input: { id: $assistantId }) {
    deletedId
  }
}
`,
    variables: `{
  "threadId": "PASTE_THREAD_ID",
  "assistantId": "PASTE_ASSISTANT_ID"
}`,
  },
];
