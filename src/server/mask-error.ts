import { GraphQLError, Kind } from 'graphql';
import type { Logger } from 'pino';
import { describeFailure } from '../resolvers/errors.ts';
import { AbortedError, ConnectionError, OutcomeUnknownError, RestError } from '../rest/errors.ts';

/** Turns whatever went wrong into what a client may see of it; what nobody foresaw is logged, and so is what upstream does. */
export function createErrorMask(log: Logger) {
  return (error: unknown): GraphQLError => {
    const cause = foreignCause(error);
    if (cause === undefined && error instanceof GraphQLError && !isOurFault(error)) return coded(error);
    const { message, extensions } = describeFailure(cause);
    if (!(cause instanceof RestError)) log.error({ err: cause ?? error }, 'unexpected error');
    else if (isOfUpstream(cause, extensions.code))
      log.warn({ ...extensions, reason: reasonOf(cause) }, message);
    return new GraphQLError(message, { ...(error instanceof GraphQLError && placeOf(error)), extensions });
  };
}

/** What the client asked for wrongly is its own affair, and so is that it left. */
const ITS_OWN_AFFAIR: readonly unknown[] = ['BAD_USER_INPUT', 'NOT_FOUND', 'CONFLICT'];

/** True of what whoever runs the server has to know: upstream is down, slow or mad, or does not take our key. */
function isOfUpstream(error: RestError, code: unknown): boolean {
  return !(error instanceof AbortedError) && !ITS_OWN_AFFAIR.includes(code);
}

/** What the system said, such as `connect ECONNREFUSED 127.0.0.1:9`; nothing that came from upstream. */
function reasonOf(error: RestError): string | undefined {
  const cause = error instanceof OutcomeUnknownError ? error.cause : error;
  return cause instanceof ConnectionError && cause.cause instanceof Error ? cause.cause.message : undefined;
}

/** The error underneath that is none of GraphQL's own. */
function foreignCause(error: unknown): unknown {
  if (!(error instanceof GraphQLError)) return error;
  return error.originalError === undefined ? undefined : foreignCause(error.originalError);
}

/** What the executor says of a field's result, such as a null where none may be, rather than of what was asked. */
function isOurFault({ path, nodes, extensions }: GraphQLError): boolean {
  const isOfField = nodes?.every(({ kind }) => kind === Kind.FIELD) === true;
  return extensions.code === undefined && path !== undefined && isOfField;
}

function placeOf({ nodes, source, positions, path }: GraphQLError) {
  return { nodes: nodes ?? null, source, positions, path };
}

/** GraphQL's own errors are about what the client wrote, and so are those that yoga calls bad requests. */
function coded(error: GraphQLError): GraphQLError {
  const { code } = error.extensions;
  if (code !== undefined && code !== 'BAD_REQUEST') return error;
  const extensions = { ...error.extensions, code: 'BAD_USER_INPUT' };
  return new GraphQLError(error.message, { ...placeOf(error), extensions });
}
