import type { Metadata } from '../../rest/requests.ts';
import { requireChange, requireMetadata, requireThreadMetadata } from './checks.ts';

/** Input of a mutation that can update nothing but metadata. */
export interface ModifyMetadataInput {
  id: string;
  metadata?: Metadata | null | undefined;
}

/** Null removes all pairs. @throws BAD_USER_INPUT if the metadata is omitted */
export function newMetadata(input: ModifyMetadataInput): Metadata {
  requireChange({ ...input });
  return requireMetadata(input.metadata ?? {}, 'input.metadata');
}

/** The same of a thread. @param maxPairs `threadPairs` of the operation */
export function newThreadMetadata(input: ModifyMetadataInput, maxPairs: number): Metadata {
  requireChange({ ...input });
  return requireThreadMetadata(input.metadata ?? {}, 'input.metadata', maxPairs);
}
