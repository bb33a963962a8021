import type { ExecutionResult, GraphQLError } from 'graphql';
import { codedError } from '../errors.ts';

/** An error in a request, other than in its document. The status is the same for all clients. */
export function httpError(status: number, message: string): GraphQLError {
  return codedError('BAD_USER_INPUT', message, { http: { status, spec: false } });
}

/** What the head of a response says about its errors. */
export interface Head {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The status of a response, and the headers that its errors ask for, by the rules of yoga: `extensions.http` of an error names both.
 * With `spec`, the status is for clients of GraphQL over HTTP, and others get 200.
 *
 * @param type the media type of the response
 */
export function headOf({ errors = [] }: ExecutionResult, type: string): Head {
  const headers: Record<string, string> = {};
  let status = 0;
  for (const { extensions } of errors) {
    const http = Object(extensions.http);
    Object.assign(headers, http.headers);
    if (http.spec === true && type === 'application/json') continue;
    status = Math.max(status, http.status ?? 0);
  }
  return { status: status || 200, headers };
}
