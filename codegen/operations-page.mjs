/** A codegen plugin that writes docs/operations.md: the REST operations, each with the fields that call it. */
import { isObjectType } from 'graphql';
import { costOf } from '../dist/fields/cost.js';
import { getOperation, listOperation } from '../dist/loaders/node-types.js';
import { operations } from '../dist/rest/operations.js';
// Codegen passes a copy of the schema without the extensions.
import { schema } from '../dist/schema/index.js';

const names = Object.keys(operations);

const INTRODUCTION = `# The ${names.length} operations in the graph

\`npm run generate\` writes this page. Links such as \`run { assistant { name } }\` call the same operations as the look-ups
listed here, and \`node\` and \`nodes\` call the one of the object's type. They need the same scope. The object in the payload of a
write needs the scope of the write only. [loaders.md](loaders.md) describes how the server saves calls: a link to an object that
the server has already read makes none.

| operation | REST | scope | in the graph |
| --- | --- | --- | --- |
`;

export function plugin() {
  const rows = names.map((name) => {
    const { method, path } = operations[name];
    const fields = fieldsCalling(name);
    const scopes = [...new Set(fields.map(({ scope }) => `\`${scope}\``))].join(', ');
    const places = fields
      .map(({ place }) => `\`${place}\``)
      .sort()
      .join(', ');
    return `| \`${name}\` | \`${method} ${path}\` | ${scopes} | ${places} |\n`;
  });
  return INTRODUCTION + rows.join('');
}

/** The fields that declare in their cost that they call this operation, and the scopes they need. @throws if there are none */
function fieldsCalling(name) {
  const fields = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type))
    .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })))
    .filter(({ field }) => operationOf(costOf(field)) === name)
    .map(({ type, field }) => ({ place: `${type.name}.${field.name}`, scope: costOf(field).scope }));
  if (fields.length === 0) throw new Error(`No field calls ${name}`);
  return fields;
}

/** Undefined for links, which call the same operation as a look-up, and for `node`, which can call several. */
function operationOf(cost) {
  if (cost?.kind === 'write') return cost.operation;
  if (cost?.kind === 'list') return listOperation(cost.type);
  return cost?.kind === 'lookUp' && cost.type !== 'Node' ? getOperation(cost.type) : undefined;
}
