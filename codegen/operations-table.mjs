/** Writes the README's table of the 28 operations between its two marks. Run by codegen, which also finds a stale one. */
import { readFileSync } from 'node:fs';
import { isObjectType } from 'graphql';
import { costOf } from '../dist/fields/cost.js';
import { getOperation, listOperation } from '../dist/loaders/node-types.js';
import { operations } from '../dist/rest/operations.js';
// Codegen's own copy of the graph has lost the extensions.
import { schema } from '../dist/schema/index.js';

const marks = /(<!-- operations -->\n)[\s\S]*(<!-- \/operations -->)/;

export function plugin() {
  const rows = Object.entries(operations).map(
    ([name, { method, path }]) => `| \`${name}\` | \`${method} ${path}\` | ${placesOf(name).join(', ')} |`,
  );
  const table = ['| operation | REST | in the graph |', '| --- | --- | --- |', ...rows, ''].join('\n');
  return readFileSync('README.md', 'utf8').replace(marks, `$1${table}$2`);
}

/** The fields that declare to cost this operation. One without a place is an operation that the graph has forgotten. */
function placesOf(name) {
  const places = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type))
    .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })))
    .filter(({ field }) => operationOf(costOf(field)) === name)
    .map(({ type, field }) => `\`${type.name}.${field.name}\``)
    .sort();
  if (places.length === 0) throw new Error(`${name} has no place in the graph`);
  return places;
}

/** Undefined for links, which cost the operation of a look-up, and for `node`, which can cost any. */
function operationOf(cost) {
  if (cost?.kind === 'write') return cost.operation;
  if (cost?.kind === 'list') return listOperation(cost.type);
  return cost?.kind === 'lookUp' && cost.type !== 'Node' ? getOperation(cost.type) : undefined;
}
