import { GraphQLError, Kind } from 'graphql';
import type { Logger } from 'pino';
import { describeFailure } from '../resolvers/errors.ts';
import { RestError } from '../rest/errors.ts';

/** Turns whatever went wrong into what a client may see of it; what nobody foresaw is logged. */
export function createErrorMask(log: Logger) {
  return (error: unknown): Error => {
    const cause = foreignCause(error);
    if (cause === undefined && error instanceof GraphQLError && !isOurFault(error)) return coded(error);
    if (!(cause instanceof RestError)) log.error({ err: cause ?? error }, 'unexpected error');
    const { message, extensions } = describeFailure(cause);
    return new GraphQLError(message, { ...(error instanceof GraphQLError && placeOf(error)), extensions });
  };
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
