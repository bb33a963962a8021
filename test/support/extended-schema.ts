import { extendSchema, type GraphQLSchema, isInterfaceType, isObjectType, parse } from 'graphql';
import { schema } from '../../src/schema/index.ts';

/** The schema with added fields. @param costs their `extensions`, by addresses such as `Query.runs` */
export function extendedSchema(sdl: string, costs: Readonly<Record<string, object>> = {}): GraphQLSchema {
  const extended = extendSchema(schema, parse(sdl));
  for (const [address, extensions] of Object.entries(costs)) {
    const [typeName = '', fieldName = ''] = address.split('.');
    const type = extended.getType(typeName);
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined;
    if (field === undefined) throw new Error(`The schema has no field ${address}`);
    field.extensions = { ...extensions };
  }
  return extended;
}
