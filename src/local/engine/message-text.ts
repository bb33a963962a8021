import type { MessageObject, TextContent } from '../objects.ts';

/** The content of a plain text message. */
export function textContent(value: string): TextContent[] {
  return value === '' ? [] : [{ type: 'text', text: { value, annotations: [] } }];
}

/** The text of a completed message. */
export function textOf(message: MessageObject): string {
  return message.content.map((part) => part.text.value).join('\n');
}
