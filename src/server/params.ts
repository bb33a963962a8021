import { httpError } from './status.ts';

/** What a client sends of an operation. */
export interface Params {
  /** Left out if a hash or an ID stands for it. */
  readonly query?: string | null | undefined;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
  /** Other places where clients put the ID of a document. */
  readonly documentId?: unknown;
  readonly doc_id?: unknown;
}

type Kind = 'a string' | 'an object' | 'anything';

const KINDS = new Map<string, Kind>([
  ['query', 'a string'],
  ['operationName', 'a string'],
  ['variables', 'an object'],
  ['extensions', 'an object'],
  ['documentId', 'anything'],
  ['doc_id', 'anything'],
]);

/** @param value JSON from a request @throws GraphQLError that says which member is wrong */
export function requireParams(value: unknown): Params {
  assertParams(value);
  return value;
}

function assertParams(value: unknown): asserts value is Params {
  if (!isKind(value, 'an object') || value === null)
    throw httpError(400, 'The request must be a JSON object with a `query`');
  for (const [name, member] of Object.entries(Object(value))) {
    const kind = KINDS.get(name);
    if (member === null || member === undefined) continue;
    if (kind === undefined) {
      throw httpError(
        400,
        'The request must only have `query`, `variables`, `operationName` and `extensions`',
      );
    }
    if (!isKind(member, kind)) throw httpError(400, `\`${name}\` must be ${kind}`);
  }
}

function isKind(value: unknown, kind: Kind): boolean {
  if (kind === 'anything') return true;
  return kind === 'a string' ? typeof value === 'string' : typeof value === 'object' && !Array.isArray(value);
}
