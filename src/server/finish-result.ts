import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Context, Failures, FieldCount } from '../context.ts';
import { codedError, codeOfError } from '../errors.ts';
import { withoutMissingObjects } from '../resolvers/missing-object.ts';

/**
 * The result of an operation, or of one event, as its client may see it. With more fields or errors than allowed it becomes
 * one error, and has no data: a null whose error is left out would be taken for a real one. What a mutation
 * changed stays changed.
 */
export function finishResult(
  result: ExecutionResult,
  { fields, failures, lookUps }: Context,
  maskError: (error: unknown) => GraphQLError,
): ExecutionResult | Promise<ExecutionResult> {
  const hasTooManyFields = fields.count > fields.max;
  if (hasTooManyFields || Math.max(failures.count, result.errors?.length ?? 0) > failures.max) {
    // This also logs failures of the upstream.
    const errors = (result.errors ?? []).map(maskError);
    return {
      errors: [hasTooManyFields ? tooManyFields(fields) : tooManyErrors(errors, failures)],
      data: null,
    };
  }
  if (result.errors === undefined) return result;
  return withoutMissingObjects(result, lookUps).then(({ errors, ...rest }) =>
    errors === undefined ? rest : { errors: errors.map(maskError), ...rest },
  );
}

function tooManyFields({ max }: FieldCount): GraphQLError {
  const message = `The response has more than ${max} fields: request less at a time`;
  return codedError('QUERY_TOO_EXPENSIVE', message, { limits: { fields: max } });
}

function tooManyErrors(errors: readonly GraphQLError[], { max }: Failures): GraphQLError {
  const counts = new Map<string, number>();
  for (const error of errors) {
    const code = codeOfError(error);
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const list = [...counts].map(([code, count]) => `${count} ${code}`).join(', ');
  const message = `More than ${max} fields failed (${list}): request less at a time`;
  return codedError('QUERY_TOO_EXPENSIVE', message, {
    errors: Object.fromEntries(counts),
    limits: { errors: max },
  });
}
