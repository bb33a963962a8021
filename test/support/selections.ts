/** Selections made from the schema, so that a new field is asked for without anybody thinking of it. */
import { type GraphQLField, getNamedType, isAbstractType, isLeafType, isObjectType } from 'graphql';
import { schema } from '../../src/schema/index.ts';

/** Everything that an object says of itself: no field that costs a call of its own, of a link its id. */
export function ownFields(typeName: string): string {
  const type = schema.getType(typeName);
  if (isAbstractType(type)) {
    const parts = schema.getPossibleTypes(type).map(({ name }) => `... on ${name} { ${aliased(name)} }`);
    return `__typename ${parts.join(' ')}`;
  }
  if (!isObjectType(type)) throw new Error(`${typeName} has no fields`);
  return Object.values(type.getFields()).flatMap(selected).join(' ');
}

/** Fields of the same name have other types in other implementations, which must not share a place in the answer. */
function aliased(typeName: string): string {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) return '';
  return Object.values(type.getFields())
    .flatMap((field) => selected(field).map((selection) => `${typeName}_${field.name}: ${selection}`))
    .join(' ');
}

function selected(field: GraphQLField<unknown, unknown>): string[] {
  const type = getNamedType(field.type);
  if (field.args.length > 0 || field.name === 'activeRun') return [];
  if (isLeafType(type)) return [field.name];
  const isNode = isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node');
  if (isNode) return [`${field.name} { id }`];
  return [`${field.name} { ${ownFields(type.name)} }`];
}
