/** Arguments for a function, as JSON, made from the JSON Schema of its parameters. */
export function makeArguments(_schema: Record<string, unknown>): string {
  return '{}';
}
