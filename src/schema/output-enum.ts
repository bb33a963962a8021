import { builder } from './builder.ts';

/**
 * An enum whose values come from upstream, with UNKNOWN for values that a newer upstream may add. `from` maps a REST
 * value, which is the enum value's name in lower case.
 */
export function outputEnum<const Values extends Record<string, { description: string }>>(
  name: string,
  { description, values }: { description: string; values: Values },
) {
  const UNKNOWN = { description: 'A value that this version of the schema does not recognize.' };
  const type = builder.enumType(name, { description, values: { ...values, UNKNOWN } });
  type Value = (keyof Values & string) | 'UNKNOWN';
  const byRest = new Map<string, Value>(Object.keys(values).map((value) => [value.toLowerCase(), value]));
  const from = (rest: string): Value => byRest.get(rest) ?? 'UNKNOWN';
  const fromOptional = (rest: string | null | undefined): Value | null =>
    rest === null || rest === undefined ? null : from(rest);
  return { type, from, fromOptional };
}
