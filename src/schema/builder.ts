import SchemaBuilder from '@pothos/core';
import type { Context } from '../context.ts';
import type { Metadata } from '../rest/requests.ts';

export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Date; Output: Date };
    Metadata: { Input: Metadata; Output: Metadata };
    JSONObject: { Input: object; Output: Record<string, unknown> };
  };
}>({ defaultFieldNullability: false });
