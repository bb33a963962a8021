/** Files of messages. The REST API has only their IDs in messages, so a message has the names of its files in its metadata. */
import type { MessagePartsFragment, ThreadMessageInput } from './generated/operations.ts';

export interface AttachedFile {
  readonly fileId: string;
  readonly name: string;
}

/** Of a key and a value in metadata. */
const MAX_KEY = 64;
const MAX_VALUE = 512;

/** A message with files, and with their names as far as metadata can have them. */
export function messageInput(content: string, files: readonly AttachedFile[]): ThreadMessageInput {
  const named = files.filter(({ fileId, name }) => fileId.length <= MAX_KEY && name.length <= MAX_VALUE);
  return {
    content,
    fileIds: files.map(({ fileId }) => fileId),
    ...(named.length > 0 && {
      metadata: Object.fromEntries(named.map(({ fileId, name }) => [fileId, name])),
    }),
  };
}

/** The names of files by their IDs. Files that other clients attached have none. */
export function fileNamesIn(
  messages: readonly Pick<MessagePartsFragment, 'fileIds' | 'metadata'>[],
): ReadonlyMap<string, string> {
  return new Map(
    messages.flatMap(({ fileIds, metadata }) =>
      Object.entries(metadata).filter(([key, name]) => fileIds.includes(key) && name !== ''),
    ),
  );
}
