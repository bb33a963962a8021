import type { ObjectFieldBuilder } from '@pothos/core';
import type { UnknownPart } from '../rest/wire/scalars.ts';
import type { builder } from './builder.ts';

/** The fields of the types that stand for what this version does not know. @param of finds the part in the parent */
export function unknownFields<Parent extends object>(
  t: ObjectFieldBuilder<typeof builder.$inferSchemaTypes, Parent>,
  of: (parent: Parent) => UnknownPart,
) {
  return {
    rawType: t.string({
      description: "Upstream's own name for the kind. Empty where it gave none.",
      resolve: (parent) => of(parent).raw_type,
    }),
    raw: t.field({
      type: 'JSONObject',
      description: 'The whole of it, as upstream sent it.',
      resolve: (parent) => of(parent).raw,
    }),
  };
}
