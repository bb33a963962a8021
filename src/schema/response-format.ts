import type { ResponseFormat as WireResponseFormat } from '../rest/wire/assistant.ts';
import { builder } from './builder.ts';
import { outputEnum } from './output-enum.ts';

const ResponseFormatType = outputEnum('ResponseFormatType', {
  description: 'The forms in which a model may be told to answer.',
  values: {
    NONE: { description: 'No form at all was asked for.' },
    AUTO: { description: 'The model decides.' },
    TEXT: { description: 'Plain text.' },
    JSON_OBJECT: { description: 'Text that parses as one JSON object.' },
  },
});

/** Null is told apart by whoever has the field. */
export const ResponseFormat = builder.objectRef<NonNullable<WireResponseFormat>>('ResponseFormat').implement({
  description: 'The form in which the model answers.',
  fields: (t) => ({
    type: t.field({
      type: ResponseFormatType.type,
      description: 'Which form.',
      resolve: (format) => ResponseFormatType.from(restTypeOf(format)),
    }),
    raw: t.field({
      type: 'JSONObject',
      nullable: true,
      description: 'The format as upstream sent it, where that was an object. Null where it was a mere word.',
      resolve: (format) => (typeof format === 'string' ? null : format),
    }),
  }),
});

/** Empty if upstream sent no string, which `from` reads as UNKNOWN. Never `String()`: it throws for some objects. */
function restTypeOf(format: NonNullable<WireResponseFormat>): string {
  if (typeof format === 'string') return format;
  return typeof format.type === 'string' ? format.type : '';
}
