import { z } from 'zod';
import {
  count,
  id,
  instant,
  listOf,
  metadata,
  optionalId,
  optionalIdList,
  optionalInstant,
  optionalText,
  orNull,
  orUnknown,
  text,
} from './scalars.ts';

const placed = { text, start_index: count, end_index: count };

export const annotation = orUnknown(
  z.discriminatedUnion('type', [
    z.object({
      type: z.literal('file_citation'),
      ...placed,
      file_citation: z.object({ file_id: id, quote: optionalText }),
    }),
    z.object({ type: z.literal('file_path'), ...placed, file_path: z.object({ file_id: id }) }),
  ]),
);
export type Annotation = z.output<typeof annotation>;

const place = z.object({ text: text.catch(''), start_index: count.catch(0), end_index: count.catch(0) });
export type AnnotationPlace = z.output<typeof place>;

/** The span of text that an annotation of an unknown kind marks: empty and at the start where the upstream does not say. */
export function readPlace(raw: Record<string, unknown>): AnnotationPlace {
  return place.parse(raw);
}

export const content = orUnknown(
  z.discriminatedUnion('type', [
    z.object({
      type: z.literal('text'),
      text: z.object({ value: text, annotations: listOf(annotation) }),
    }),
    z.object({ type: z.literal('image_file'), image_file: z.object({ file_id: id }) }),
  ]),
);
export type Content = z.output<typeof content>;

export const message = z.object({
  id,
  created_at: instant,
  thread_id: id,
  status: optionalText,
  incomplete_details: orNull(z.object({ reason: text })),
  completed_at: optionalInstant,
  incomplete_at: optionalInstant,
  role: text,
  content: listOf(content),
  assistant_id: optionalId,
  run_id: optionalId,
  file_ids: optionalIdList,
  metadata,
});
export type Message = z.output<typeof message>;

export const messageFile = z.object({ id, created_at: instant, message_id: id });
export type MessageFile = z.output<typeof messageFile>;
