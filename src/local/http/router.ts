/** The method and path of an operation. */
export interface Route {
  readonly method: string;
  /** Such as `/threads/{thread_id}`. */
  readonly path: string;
}

/** The operation of a request, with the ids in its path, percent-decoded. */
export interface Match<Name> {
  readonly name: Name;
  readonly ids: Readonly<Record<string, string>>;
}

export interface Router<Name> {
  /** The operation of a method and a path. The method is wrong if only other operations have the path. */
  find(method: string, path: string): Match<Name> | 'unknown path' | 'wrong method';
}

/** A router for a table of operations. A literal segment wins over an id: `/threads/runs` is not a thread. */
export function createRouter<Name extends string>(table: Readonly<Record<Name, Route>>): Router<Name> {
  const routes = (Object.keys(table) as Name[])
    .map((name) => ({ name, method: table[name].method, segments: segmentsOf(table[name].path) }))
    .sort((a, b) => idCount(a.segments) - idCount(b.segments));
  return {
    find(method, path) {
      const segments = segmentsOf(path);
      let found: 'unknown path' | 'wrong method' = 'unknown path';
      for (const route of routes) {
        const ids = match(route.segments, segments);
        if (ids === undefined) continue;
        if (route.method === method) return { name: route.name, ids };
        found = 'wrong method';
      }
      return found;
    },
  };
}

function segmentsOf(path: string): string[] {
  return path.split('/').slice(1);
}

function idCount(segments: readonly string[]): number {
  return segments.filter((segment) => segment.startsWith('{')).length;
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const ids: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (!expected.startsWith('{')) {
      if (segment !== expected) return undefined;
      continue;
    }
    const id = decode(segment);
    if (id === undefined || id === '') return undefined;
    ids[expected.slice(1, -1)] = id;
  }
  return ids;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
