import type { ObjectFieldBuilder } from '@pothos/core';
import type { UnknownPart } from '../rest/wire/scalars.ts';
import type { builder } from './builder.ts';

/** The fields of the types that represent unrecognized values. @param of gets the REST value from the parent */
export function unknownFields<Parent extends object>(
  t: ObjectFieldBuilder<typeof builder.$inferSchemaTypes, Parent>,
  of: (parent: Parent) => UnknownPart,
) {
  return {
    rawType: t.string({
      description: 'Type name from the REST API. Empty if it sent none.',
      resolve: (parent) => of(parent).raw_type,
    }),
    raw: t.field({
      type: 'JSONObject',
      description: 'The complete object from the REST API.',
      resolve: (parent) => of(parent).raw,
    }),
  };
}
