/** A codegen plugin that writes the table of the 28 operations into the README, between two markers. */
import { readFileSync } from 'node:fs';
import { isObjectType } from 'graphql';
import { costOf } from '../dist/fields/cost.js';
import { getOperation, listOperation } from '../dist/loaders/node-types.js';
import { operations } from '../dist/rest/operations.js';
// Codegen passes a copy of the schema without the extensions.
import { schema } from '../dist/schema/index.js';

const markers = /(<!-- operations -->\n)[\s\S]*(<!-- \/operations -->)/;

export function plugin() {
  const rows = Object.entries(operations).map(
    ([name, { method, path }]) =>
      `| \`${name}\` | \`${method} ${path}\` | ${fieldsCalling(name).join(', ')} |`,
  );
  const table = ['| operation | REST | in the graph |', '| --- | --- | --- |', ...rows, ''].join('\n');
  return readFileSync('README.md', 'utf8').replace(markers, `$1${table}$2`);
}

/** The fields that call this operation, as their cost declares it. @throws if there are none */
function fieldsCalling(name) {
  const fields = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type))
    .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })))
    .filter(({ field }) => operationOf(costOf(field)) === name)
    .map(({ type, field }) => `\`${type.name}.${field.name}\``)
    .sort();
  if (fields.length === 0) throw new Error(`${name} is not called by any field`);
  return fields;
}

/** Undefined for links, which call the same operation as a look-up, and for `node`, which can call several. */
function operationOf(cost) {
  if (cost?.kind === 'write') return cost.operation;
  if (cost?.kind === 'list') return listOperation(cost.type);
  return cost?.kind === 'lookUp' && cost.type !== 'Node' ? getOperation(cost.type) : undefined;
}
