/** Selections generated from the schema, so that a new field is selected without a change here. */
import { type GraphQLField, getNamedType, isAbstractType, isLeafType, isObjectType } from 'graphql';
import { costOf } from '../../src/fields/cost.ts';
import { schema } from '../../src/schema/index.ts';

/** All fields that the object itself has, and the id of each link. No field that makes a call of its own. */
export function ownFields(typeName: string): string {
  const type = schema.getType(typeName);
  if (isAbstractType(type)) {
    const parts = schema.getPossibleTypes(type).map(({ name }) => `... on ${name} { ${aliased(name)} }`);
    return `__typename ${parts.join(' ')}`;
  }
  if (!isObjectType(type)) throw new Error(`${typeName} has no fields`);
  return Object.values(type.getFields()).flatMap(selected).join(' ');
}

/** Fields of the same name can have different types in other implementations, and then need different response names. */
function aliased(typeName: string): string {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) return '';
  return Object.values(type.getFields())
    .flatMap((field) => selected(field).map((selection) => `${typeName}_${field.name}: ${selection}`))
    .join(' ');
}

function selected(field: GraphQLField<unknown, unknown>): string[] {
  const type = getNamedType(field.type);
  const kind = costOf(field)?.kind;
  if (kind === 'list' || kind === 'lookUp') return [];
  if (isLeafType(type)) return [field.name];
  const isNode = isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node');
  if (isNode) return [`${field.name} { id }`];
  return [`${field.name} { ${ownFields(type.name)} }`];
}
