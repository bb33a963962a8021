import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './__generated__/schema.d.ts';

/** A document whose data and variables have types, without generated code: gql.tada reads its text. */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: {
    DateTime: string;
    JSONObject: Record<string, unknown>;
    Metadata: Record<string, string>;
  };
}>();
