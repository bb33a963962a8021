import type { ResponseFormat as WireResponseFormat } from '../rest/wire/assistant.ts';
import { builder } from './builder.ts';
import { outputEnum } from './output-enum.ts';

const ResponseFormatType = outputEnum('ResponseFormatType', {
  description: 'Output format of a model.',
  values: {
    NONE: { description: 'No format was requested.' },
    AUTO: { description: 'The model chooses the format.' },
    TEXT: { description: 'Plain text.' },
    JSON_OBJECT: { description: 'Text that parses as one JSON object.' },
  },
});

/** Never null here: the fields of this type are nullable and handle null themselves. */
export const ResponseFormat = builder.objectRef<NonNullable<WireResponseFormat>>('ResponseFormat').implement({
  description: 'Output format of the model.',
  fields: (t) => ({
    type: t.field({
      type: ResponseFormatType.type,
      description: 'Type of the format.',
      resolve: (format) => ResponseFormatType.from(restTypeOf(format)),
    }),
    raw: t.field({
      type: 'JSONObject',
      nullable: true,
      description: 'The format object from the REST API. Null if the REST API sent only a name.',
      resolve: (format) => (typeof format === 'string' ? null : format),
    }),
  }),
});

/** Empty if upstream sent no string, which `from` reads as UNKNOWN. Never `String()`: it throws for some objects. */
function restTypeOf(format: NonNullable<WireResponseFormat>): string {
  if (typeof format === 'string') return format;
  return typeof format.type === 'string' ? format.type : '';
}
