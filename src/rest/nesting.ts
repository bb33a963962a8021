/** JSON nested deeper than this may overflow the stack when it is serialized. */
export const MAX_NESTING = 200;

/** Whether a JSON value is nested deeper than {@link MAX_NESTING}. Does not recurse. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= MAX_NESTING; depth++) {
    level = level.flatMap((inner) =>
      typeof inner === 'object' && inner !== null ? Object.values(inner) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}
