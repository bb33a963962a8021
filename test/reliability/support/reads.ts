import type { GraphError } from '../../support/graph.ts';

/** A query of so many threads, none of which exists in the local API. */
export function threads(count: number, name = 't'): string {
  const fields = Array.from(
    { length: count },
    (_, index) => `${name}${index}: thread(id: "${name}${index}") { createdAt }`,
  );
  return `{ ${fields.join(' ')} }`;
}

/** How many errors have each code. */
export function codesOf(errors: readonly GraphError[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { extensions } of errors) counts[extensions.code] = (counts[extensions.code] ?? 0) + 1;
  return counts;
}
