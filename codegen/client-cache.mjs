/** A codegen plugin that writes docs/client-cache.ts: what the caches of client libraries need to know about the types. */
import { isInterfaceType, isObjectType, isUnionType } from 'graphql';

const INTRODUCTION = `// \`npm run generate\` writes this file. docs/clients.md says how to use it.

`;

export function plugin(schema) {
  const types = Object.values(schema.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const possibleTypes = types
    .filter((type) => isInterfaceType(type) || isUnionType(type))
    .map((type) => [
      type.name,
      schema
        .getPossibleTypes(type)
        .map(({ name }) => name)
        .toSorted(),
    ]);
  const withoutId = types.filter(
    (type) => isObjectType(type) && !('id' in type.getFields()) && !roots.includes(type),
  );
  return [
    INTRODUCTION,
    '/** The types of each interface. */\n',
    `export const possibleTypes: Record<string, string[]> = ${JSON.stringify(Object.fromEntries(possibleTypes), null, 2)};\n\n`,
    '/** The types without an ID, which a cache keeps within the object that they belong to. */\n',
    'export const keys: Record<string, () => null> = {\n',
    ...withoutId.map(({ name }) => `  ${name}: () => null,\n`),
    '};\n',
  ].join('');
}
