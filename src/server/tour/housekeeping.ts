import type { Tab } from './tab.ts';

/** Attach a file, update an assistant, delete objects. */
export const housekeeping: readonly Tab[] = [
  {
    query: `# Attach a file to an assistant.
# Upload a file first, for example:
#   curl http://127.0.0.1:4000/files \\
#     -H "X-Requested-With: curl" -F file=@README.md
# Replace PASTE_FILE_ID with the ID of the file.
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
  "assistantId": "LATEST_ASSISTANT",
  "fileId": "PASTE_FILE_ID"
}`,
  },
  {
    query: `# Update an assistant.
# Omitted fields keep their values, null clears a field,
# and metadata is replaced as a whole.
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
  "assistantId": "LATEST_ASSISTANT"
}`,
  },
  {
    query: `# Delete a thread and an assistant.
# A thread is deleted with its messages, runs and steps.
# Deleted objects cannot be restored.
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
  "threadId": "LATEST_THREAD",
  "assistantId": "LATEST_ASSISTANT"
}`,
  },
];
