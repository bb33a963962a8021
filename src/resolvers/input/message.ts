import { limits } from '../../rest/limits.ts';
import type { CreateMessageBody, CreateThreadBody, Metadata } from '../../rest/requests.ts';
import type { ActiveRunPolicy } from '../active-run.ts';
import {
  requireCount,
  requireFileIds,
  requireMetadata,
  requireNotEmpty,
  requireText,
  requireThreadMetadata,
} from './checks.ts';

export interface ThreadMessageInput {
  role?: 'user' | 'assistant' | null | undefined;
  content: string;
  fileIds?: readonly string[] | null | undefined;
  metadata?: Metadata | null | undefined;
}

export interface CreateMessageInput extends ThreadMessageInput {
  threadId: string;
  onActiveRun?: ActiveRunPolicy | null | undefined;
}

export interface CreateThreadInput {
  messages?: readonly ThreadMessageInput[] | null | undefined;
  metadata?: Metadata | null | undefined;
}

export function messageBody(input: ThreadMessageInput, argument: string): CreateMessageBody {
  const { fileIds } = input;
  requireNotEmpty(input.content, `${argument}.content`);
  requireFileIds(fileIds, limits.messageFiles, `${argument}.fileIds`);
  return {
    role: input.role ?? 'user',
    content: requireText(input.content, limits.messageContent, `${argument}.content`),
    // The REST API rejects an empty list here.
    file_ids: fileIds?.length ? fileIds : undefined,
    metadata: requireMetadata(input.metadata, `${argument}.metadata`),
  };
}

export function messageBodies(inputs: readonly ThreadMessageInput[], argument: string): CreateMessageBody[] {
  requireCount(inputs, limits.messages, argument);
  return inputs.map((input, index) => messageBody(input, `${argument}[${index}]`));
}

/** @param maxPairs `threadPairs` of the operation */
export function threadBody(input: CreateThreadInput, argument: string, maxPairs: number): CreateThreadBody {
  const { messages } = input;
  return {
    messages: messages ? messageBodies(messages, `${argument}.messages`) : undefined,
    metadata: requireThreadMetadata(input.metadata, `${argument}.metadata`, maxPairs),
  };
}
