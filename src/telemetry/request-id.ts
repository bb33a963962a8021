import { randomUUID } from 'node:crypto';

/** Characters that are safe in headers, logs and shells. */
const ACCEPTED = /^[\w.:@+/=-]{1,100}$/;

/** The ID of a request: that of its X-Request-Id header, if that is short and plain, or else a new one. */
export function requestIdFrom(header: unknown): string {
  return typeof header === 'string' && ACCEPTED.test(header) ? header : randomUUID();
}
