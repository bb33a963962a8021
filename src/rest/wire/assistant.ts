import { z } from 'zod';
import {
  id,
  instant,
  jsonObject,
  listOf,
  metadata,
  optionalIdList,
  optionalJsonObject,
  optionalNumber,
  optionalText,
  orNull,
  orUnknown,
  text,
} from './scalars.ts';

export const tool = orUnknown(
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('code_interpreter') }),
    z.object({ type: z.literal('retrieval') }),
    z.object({
      type: z.literal('function'),
      function: z.object({ name: text, description: optionalText, parameters: optionalJsonObject }),
    }),
  ]),
);
export type Tool = z.output<typeof tool>;

/** `none`, `auto`, or an object such as `{ type: 'json_object' }`; null if the upstream leaves it out. */
export const responseFormat = orNull(z.union([text, jsonObject]));
export type ResponseFormat = z.output<typeof responseFormat>;

export const assistant = z.object({
  id,
  created_at: instant,
  name: optionalText,
  description: optionalText,
  model: text,
  instructions: optionalText,
  tools: listOf(tool),
  file_ids: optionalIdList,
  metadata,
  temperature: optionalNumber,
  top_p: optionalNumber,
  response_format: responseFormat,
});
export type Assistant = z.output<typeof assistant>;

export const assistantFile = z.object({ id, created_at: instant, assistant_id: id });
export type AssistantFile = z.output<typeof assistantFile>;
