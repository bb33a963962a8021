import {
  type GraphQLInterfaceType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLUnionType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

/** A type of the schema, as it is needed for each value. */
export type Shape = { readonly nullable: boolean } & (
  | { readonly kind: 'leaf'; readonly type: GraphQLLeafType }
  | { readonly kind: 'object'; readonly type: GraphQLObjectType }
  | { readonly kind: 'abstract'; readonly type: GraphQLInterfaceType | GraphQLUnionType }
  | { readonly kind: 'list'; readonly item: Shape }
);

const shapes = new WeakMap<GraphQLOutputType, Shape>();

export function shapeOf(type: GraphQLOutputType): Shape {
  const shape = shapes.get(type) ?? read(type);
  shapes.set(type, shape);
  return shape;
}

function read(type: GraphQLOutputType): Shape {
  const nullable = !isNonNullType(type);
  const bare = isNonNullType(type) ? type.ofType : type;
  if (isListType(bare)) return { nullable, kind: 'list', item: shapeOf(bare.ofType) };
  if (isLeafType(bare)) return { nullable, kind: 'leaf', type: bare };
  if (isObjectType(bare)) return { nullable, kind: 'object', type: bare };
  return { nullable, kind: 'abstract', type: bare };
}
