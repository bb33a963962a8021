import { builder } from './builder.ts';

/**
 * An enum that upstream fills. Upstreams grow, so that it has UNKNOWN for whatever else they say; REST has the names in
 * lower case. `from` reads what REST said.
 */
export function outputEnum<const Values extends Record<string, { description: string }>>(
  name: string,
  { description, values }: { description: string; values: Values },
) {
  const UNKNOWN = { description: 'Something that this version of the graph does not know.' };
  const type = builder.enumType(name, { description, values: { ...values, UNKNOWN } });
  type Value = (keyof Values & string) | 'UNKNOWN';
  const from = (rest: string): Value => {
    const value = rest.toUpperCase();
    return isKeyOf(values, value) && rest === rest.toLowerCase() ? value : 'UNKNOWN';
  };
  const fromOptional = (rest: string | null | undefined): Value | null =>
    rest === null || rest === undefined ? null : from(rest);
  return { type, from, fromOptional };
}

function isKeyOf<T extends object>(object: T, key: string): key is keyof T & string {
  return Object.hasOwn(object, key);
}
