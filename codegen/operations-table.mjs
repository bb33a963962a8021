/** Writes the README's table of the 28 operations between its two marks. Run by codegen, which also finds a stale one. */
import { readFileSync } from 'node:fs';
import { getNamedType, isObjectType } from 'graphql';
import { operations } from '../dist/rest/operations.js';

const marks = /(<!-- operations -->\n)[\s\S]*(<!-- \/operations -->)/;

/** @param schema the graph, as codegen has read it */
export function plugin(schema) {
  const rows = Object.entries(operations).map(
    ([name, { method, path, kind }]) =>
      `| \`${name}\` | \`${method} ${path}\` | ${placesOf(schema, name, kind).join(', ')} |`,
  );
  const table = ['| operation | REST | in the graph |', '| --- | --- | --- |', ...rows, ''].join('\n');
  return readFileSync('README.md', 'utf8').replace(marks, `$1${table}$2`);
}

/** The fields that cost this operation. One without a place is an operation that the graph has forgotten. */
function placesOf(schema, name, kind) {
  const places = Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
    .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })))
    .filter(({ type, field }) => isPlaceOf(name, kind, type, field))
    .map(({ type, field }) => `\`${type.name}.${field.name}\``);
  if (places.length === 0) throw new Error(`${name} has no place in the graph`);
  return places;
}

function isPlaceOf(name, kind, type, field) {
  const answer = getNamedType(field.type).name;
  if (kind === 'get') return `get${answer}` === name && field.args.some((arg) => arg.name === 'id');
  if (kind === 'list') return `list${answer.replace(/Connection$/, 's')}` === name;
  return type.name === 'Mutation' && field.name === name;
}
