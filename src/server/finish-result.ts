import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Context, Failures } from '../context.ts';
import { codedError, codeOfError } from '../errors.ts';
import { withoutMissingObjects } from '../resolvers/missing-object.ts';

/**
 * The result of an operation, or of one event, as its client may see it. With more errors than allowed it becomes one error
 * with their number by code, and has no data: a null whose error is left out would be taken for a real one. What a mutation
 * changed stays changed.
 */
export async function finishResult(
  result: ExecutionResult,
  { failures, lookUps }: Context,
  maskError: (error: unknown) => GraphQLError,
): Promise<ExecutionResult> {
  if (Math.max(failures.count, result.errors?.length ?? 0) > failures.max) {
    // The operator is told of the failures nevertheless.
    return tooManyErrors((result.errors ?? []).map(maskError), failures);
  }
  const { errors, ...rest } = await withoutMissingObjects(result, lookUps);
  return errors === undefined ? rest : { errors: errors.map(maskError), ...rest };
}

function tooManyErrors(errors: readonly GraphQLError[], { max }: Failures): ExecutionResult {
  const counts = new Map<string, number>();
  for (const error of errors) {
    const code = codeOfError(error);
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const list = [...counts].map(([code, count]) => `${count} ${code}`).join(', ');
  const message = `More than ${max} fields failed (${list}): request less at a time`;
  const extensions = { errors: Object.fromEntries(counts), limits: { errors: max } };
  return { errors: [codedError('QUERY_TOO_EXPENSIVE', message, extensions)], data: null };
}
