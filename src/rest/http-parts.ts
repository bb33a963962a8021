import { InvalidIdError } from './errors.ts';
import { type OperationName, operations } from './operations.ts';
import { fillPath } from './path.ts';
import type { RequestParams } from './response.ts';

export interface HttpParts {
  /** With its query. */
  readonly path: string;
  readonly body: string | undefined;
  /** The response must match these. */
  readonly params: RequestParams;
}

/** @throws InvalidIdError */
export function httpParts(name: OperationName, request: object): HttpParts {
  const { method, path, idNames } = operations[name];
  const { body, ...params }: { body?: unknown } & Record<string, unknown> = { ...request };
  const filled = fillPath(path, params);
  if (filled !== path && PLAIN_PATHS.has(`${method} ${filled}`)) {
    throw new InvalidIdError(filled.split('/').at(-1) ?? '');
  }
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(params)) {
    if (value !== undefined && !idNames.includes(key)) query.set(key, String(value));
  }
  return {
    path: query.size > 0 ? `${filled}?${query}` : filled,
    body: body === undefined ? undefined : JSON.stringify(body),
    params,
  };
}

/** Paths that no id may produce: a POST to `/threads/runs` creates a run, so a thread named `runs` cannot be modified. */
const PLAIN_PATHS: ReadonlySet<string> = new Set(
  Object.values(operations)
    .filter(({ idNames }) => idNames.length === 0)
    .map(({ method, path }) => `${method} ${path}`),
);
