import type { GraphQLError } from 'graphql';
import { codedError } from '../errors.ts';
import type { OperationSource } from '../fields/operation-source.ts';
import { type Scope, scopes } from '../scopes.ts';
import { neededScopes } from './needed-scopes.ts';

/**
 * Checks before an operation runs, or a subscription starts, that its principal may do all of it.
 *
 * @returns a FORBIDDEN for each scope that is missing
 */
export function checkScopes(source: OperationSource, granted: ReadonlySet<Scope>): GraphQLError[] {
  if (scopes.every((scope) => granted.has(scope))) return [];
  const missing = [...neededScopes(source)].filter(([scope]) => !granted.has(scope));
  const challenge = `Bearer error="insufficient_scope", scope="${missing.map(([scope]) => scope).join(' ')}"`;
  const http = { status: 403, spec: true, headers: { 'www-authenticate': challenge } };
  return missing.map(([scope, field]) =>
    codedError('FORBIDDEN', `\`${field}\` needs the scope ${scope}`, { field, scope, http }),
  );
}
