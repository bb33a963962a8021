import type { FileCitation, MessageObject, TextContent } from '../objects.ts';

/** The content of a text message. */
export function textContent(value: string, annotations: FileCitation[] = []): TextContent[] {
  return value === '' ? [] : [{ type: 'text', text: { value, annotations } }];
}

/** The text of a completed message. */
export function textOf(message: MessageObject): string {
  return message.content.map((part) => part.text.value).join('\n');
}

/** The text of a message of an earlier run, without its citations: another passage has their numbers now. */
export function textWithoutCitations(message: MessageObject): string {
  return message.content
    .map(({ text: { value, annotations } }) =>
      annotations.reduceRight(
        (text, { start_index, end_index }) => text.slice(0, start_index) + text.slice(end_index),
        value,
      ),
    )
    .join('\n');
}
