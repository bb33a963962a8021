import type { MessageObject, TextContent } from '../objects.ts';
import type { Store } from '../store/store.ts';

/** The content of a message of plain text. */
export function textContent(value: string): TextContent[] {
  return value === '' ? [] : [{ type: 'text', text: { value, annotations: [] } }];
}

/** The text of a message that is complete. */
export function textOf(message: MessageObject): string {
  return message.content.map((part) => part.text.value).join('\n');
}

/** A message as the API shows it: one that is being written holds what there is so far. */
export function shownMessage(store: Store, message: MessageObject): MessageObject {
  if (message.status !== 'in_progress') return message;
  return { ...message, content: textContent(store.pieces.text(message.id)) };
}
