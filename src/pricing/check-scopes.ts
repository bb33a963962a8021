import type { GraphQLError } from 'graphql';
import { codedError } from '../errors.ts';
import { type Scope, scopes } from '../scopes.ts';
import { type RunnableDocument, readRunnable } from './check-price.ts';
import { neededScopes } from './needed-scopes.ts';

/**
 * Checks before an operation runs, or a subscription starts, that its principal may do all of it.
 *
 * @returns a FORBIDDEN for each scope that is missing; none if the document has no such operation or a variable is invalid, which
 * execution reports
 */
export function checkScopes(runnable: RunnableDocument, granted: ReadonlySet<Scope>): GraphQLError[] {
  if (scopes.every((scope) => granted.has(scope))) return [];
  const read = readRunnable(runnable);
  if (read === undefined) return [];
  const missing = [...neededScopes(read.operation, read.source)].filter(([scope]) => !granted.has(scope));
  const challenge = `Bearer error="insufficient_scope", scope="${missing.map(([scope]) => scope).join(' ')}"`;
  const http = { status: 403, spec: true, headers: { 'www-authenticate': challenge } };
  return missing.map(([scope, field]) =>
    codedError('FORBIDDEN', `\`${field}\` needs the scope ${scope}`, { field, scope, http }),
  );
}
