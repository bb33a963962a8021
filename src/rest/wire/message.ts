import { z } from 'zod';
import {
  count,
  instant,
  listOf,
  metadata,
  optionalInstant,
  optionalText,
  orUnknown,
  text,
} from './scalars.ts';

const placed = { text, start_index: count, end_index: count };

export const annotation = orUnknown(
  z.discriminatedUnion('type', [
    z.object({
      type: z.literal('file_citation'),
      ...placed,
      file_citation: z.object({ file_id: text, quote: optionalText }),
    }),
    z.object({ type: z.literal('file_path'), ...placed, file_path: z.object({ file_id: text }) }),
  ]),
);
export type Annotation = z.output<typeof annotation>;

export const content = orUnknown(
  z.discriminatedUnion('type', [
    z.object({
      type: z.literal('text'),
      text: z.object({ value: text, annotations: listOf(annotation) }),
    }),
    z.object({ type: z.literal('image_file'), image_file: z.object({ file_id: text }) }),
  ]),
);
export type Content = z.output<typeof content>;

export const message = z.object({
  id: text,
  created_at: instant,
  thread_id: text,
  status: optionalText,
  incomplete_details: z.object({ reason: text }).nullable().catch(null),
  completed_at: optionalInstant,
  incomplete_at: optionalInstant,
  role: text,
  content: listOf(content),
  assistant_id: optionalText,
  run_id: optionalText,
  file_ids: listOf(text),
  metadata,
});
export type Message = z.output<typeof message>;

export const messageFile = z.object({ id: text, created_at: instant, message_id: text });
export type MessageFile = z.output<typeof messageFile>;
