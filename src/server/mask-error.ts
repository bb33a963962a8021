import { GraphQLError, Kind } from 'graphql';
import type { Logger } from 'pino';
import { describeFailure, type ErrorCode } from '../errors.ts';
import {
  AbortedError,
  ConnectionError,
  HttpStatusError,
  OutcomeUnknownError,
  RestError,
} from '../rest/errors.ts';
import { createFailureLog, type UpstreamFailure } from './failure-log.ts';

/** Turns any error into what a client may see of it. Logs unexpected errors, and failures of the upstream. */
export function createErrorMask(log: Logger) {
  const failures = createFailureLog(log);
  /** An error that stands for many is masked once, and logged each time: see resolvers/field-errors.ts. */
  const masked = new WeakMap<GraphQLError, GraphQLError>();
  return (error: unknown): GraphQLError => {
    const cause = foreignCause(error);
    if (cause === undefined && error instanceof GraphQLError && !isOurFault(error)) return withCode(error);
    const { message, extensions } = describeFailure(cause);
    if (!(cause instanceof RestError)) failures.addUnexpectedError(cause ?? error);
    else if (isUpstreamFailure(cause, extensions.code))
      failures.addUpstreamFailure({ ...describeCall(cause), code: extensions.code, message });
    if (!(error instanceof GraphQLError)) return new GraphQLError(message, { extensions });
    const known = masked.get(error) ?? new GraphQLError(message, { ...placeOf(error), extensions });
    masked.set(error, known);
    return known;
  };
}

const CLIENT_ERRORS: readonly unknown[] = [
  'BAD_USER_INPUT',
  'NOT_FOUND',
  'CONFLICT',
  'ACTIVE_RUN',
  'QUERY_TOO_EXPENSIVE',
] satisfies ErrorCode[];

/** Whether the operator of the server needs to know: the upstream is down, slow, malformed or rejects our key. */
function isUpstreamFailure(error: RestError, code: unknown): boolean {
  return !(error instanceof AbortedError) && !CLIENT_ERRORS.includes(code);
}

function describeCall(error: RestError): Omit<UpstreamFailure, 'code' | 'message'> {
  const cause = error instanceof OutcomeUnknownError ? error.cause : error;
  const upstream = cause instanceof HttpStatusError ? cause.upstream : undefined;
  return {
    operation: error.operation,
    status: upstream?.status,
    reason:
      cause instanceof ConnectionError && cause.cause instanceof Error ? cause.cause.message : undefined,
    requestId: upstream?.requestId,
  };
}

/** The underlying error, if it is not GraphQL's own. */
function foreignCause(error: unknown): unknown {
  if (!(error instanceof GraphQLError)) return error;
  return error.originalError === undefined ? undefined : foreignCause(error.originalError);
}

/** Whether the executor rejects the result of a field, such as null for a non-null field, rather than the query. */
function isOurFault({ path, nodes, extensions }: GraphQLError): boolean {
  const isOfField = nodes?.every(({ kind }) => kind === Kind.FIELD) === true;
  return extensions.code === undefined && path !== undefined && isOfField;
}

function placeOf({ nodes, source, positions, path }: GraphQLError) {
  return { nodes: nodes ?? null, source, positions, path };
}

/** GraphQL's own errors are about the request, and so are those that yoga calls bad requests. */
function withCode(error: GraphQLError): GraphQLError {
  const { code } = error.extensions;
  if (code !== undefined && code !== 'BAD_REQUEST') return error;
  const extensions = { ...error.extensions, code: 'BAD_USER_INPUT' satisfies ErrorCode };
  return new GraphQLError(error.message, { ...placeOf(error), extensions });
}
