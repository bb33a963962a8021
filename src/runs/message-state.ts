import type { Annotation, Content, Message } from '../rest/wire/message.ts';
import type { MessageDelta } from '../rest/wire/stream-event.ts';
import type { MessageDeltaEvent, RunEvent } from './events.ts';
import { GrowingText } from './growing-text.ts';
import type { TextGrowth } from './text-growth.ts';

interface TextPart {
  readonly type: 'text';
  readonly text: GrowingText;
  annotations: readonly Annotation[];
}

type Part = TextPart | { readonly type: 'whole'; readonly content: Content };

/**
 * The state of one message, as recorded in the log. It turns objects and deltas from upstream into events, and a change into one
 * event only, even if both a stream and a poll deliver it.
 */
export class MessageState {
  readonly #id: string;
  readonly #parts = new Map<number, Part>();
  /** The last object; its content is outdated. Undefined if only deltas have been received. */
  #message: Message | undefined;

  constructor(id: string) {
    this.#id = id;
  }

  /** True once the message cannot change any more. */
  get isEnded(): boolean {
    return this.#message !== undefined && hasEnded(this.#message);
  }

  /** Applies an object from upstream. An ended message does not become unended. @param stream set if it is from a stream */
  observe(message: Message, stream?: number): RunEvent[] {
    const before = this.#message;
    if (before !== undefined && hasEnded(before) && !hasEnded(message)) return [];
    const isNew = before === undefined && this.#parts.size === 0;
    this.#message = message;
    const growth = this.#observeContent(message, stream);
    if (before !== undefined && before.status === message.status) return growth;
    const changed: RunEvent = { type: 'message.changed', message };
    return isNew ? [changed, ...growth] : [...growth, changed];
  }

  /** Applies a delta from a stream. */
  applyDelta({ delta }: MessageDelta, stream: number): RunEvent[] {
    if (this.isEnded) return [];
    return delta.content.flatMap((part) => {
      if (part.type === 'whole') return this.#setWhole(part.index, part.content);
      const { value, annotations } = part.text;
      if (value === '' && annotations.length === 0) return [];
      const { text, annotations: known } = this.#textPart(part.index);
      const growth = text.append(value, stream);
      const added = annotations.filter((annotation) => !includes(known, annotation));
      return this.#textEvents(part.index, growth, [...known, ...added], added);
    });
  }

  /** The message with all deltas applied. Undefined if no object has been received yet. */
  latest(): Message | undefined {
    if (this.#message === undefined) return undefined;
    const parts = [...this.#parts].sort(([a], [b]) => a - b);
    return { ...this.#message, content: parts.map(([, part]) => contentOf(part)) };
  }

  /** Events that rebuild the message from nothing. */
  snapshot(): RunEvent[] {
    const message = this.latest();
    const parts = [...this.#parts].sort(([a], [b]) => a - b);
    const content = parts.flatMap(([index, part]): RunEvent[] => {
      if (part.type === 'whole') return [this.#whole(index, part.content)];
      const { value } = part.text;
      return value === '' ? [] : [this.#delta(index, { offset: 0, piece: value }, part.annotations)];
    });
    return message === undefined ? content : [{ type: 'message.changed', message }, ...content];
  }

  #observeContent(message: Message, stream: number | undefined): RunEvent[] {
    const isFinal = hasEnded(message);
    const events = message.content.flatMap((content, index): RunEvent[] => {
      if (content.type !== 'text') return this.#setWhole(index, content);
      const { value, annotations } = content.text;
      const growth = this.#growText(index, value, annotations, isFinal);
      if (stream !== undefined) this.#textPart(index).text.skipTo(value.length, stream);
      return growth;
    });
    if (!isFinal) return events;
    const gone = [...this.#parts].filter(([index]) => index >= message.content.length);
    const emptied = gone.flatMap(([index, part]) =>
      part.type === 'text' ? this.#growText(index, '', [], true) : [],
    );
    return [...events, ...emptied];
  }

  /** While a message is in progress, a GET may return less text than has been streamed. */
  #growText(index: number, value: string, annotations: readonly Annotation[], isFinal: boolean): RunEvent[] {
    const { text, annotations: known } = this.#textPart(index);
    if (!isFinal && value.length < text.value.length && text.value.startsWith(value)) return [];
    return this.#textEvents(index, text.replace(value), annotations, addedAnnotations(known, annotations));
  }

  #textEvents(
    index: number,
    growth: TextGrowth | undefined,
    annotations: readonly Annotation[],
    added: readonly Annotation[],
  ): RunEvent[] {
    const part = this.#textPart(index);
    part.annotations = annotations;
    if (growth === undefined && added.length === 0) return [];
    return [this.#delta(index, growth ?? { offset: part.text.value.length, piece: '' }, added)];
  }

  #setWhole(index: number, content: Content): RunEvent[] {
    const before = this.#parts.get(index);
    this.#parts.set(index, { type: 'whole', content });
    const isSame = before?.type === 'whole' && JSON.stringify(before.content) === JSON.stringify(content);
    return isSame ? [] : [this.#whole(index, content)];
  }

  #textPart(index: number): TextPart {
    const known = this.#parts.get(index);
    if (known?.type === 'text') return known;
    const part: TextPart = { type: 'text', text: new GrowingText(), annotations: [] };
    this.#parts.set(index, part);
    return part;
  }

  #delta(index: number, growth: TextGrowth, annotations: readonly Annotation[]): MessageDeltaEvent {
    const { offset, piece: text } = growth;
    return { type: 'message.delta', message_id: this.#id, index, offset, text, annotations };
  }

  #whole(index: number, content: Content): RunEvent {
    return { type: 'message.content', message_id: this.#id, index, content };
  }
}

function hasEnded({ status, completed_at, incomplete_at }: Message): boolean {
  return status === 'completed' || status === 'incomplete' || completed_at !== null || incomplete_at !== null;
}

function contentOf(part: Part): Content {
  if (part.type === 'whole') return part.content;
  return { type: 'text', text: { value: part.text.value, annotations: [...part.annotations] } };
}

/** The annotations after the known ones, or all of them if upstream has replaced the known ones. */
function addedAnnotations(known: readonly Annotation[], all: readonly Annotation[]): readonly Annotation[] {
  const isContinued = known.every((one, index) => JSON.stringify(one) === JSON.stringify(all[index]));
  return isContinued ? all.slice(known.length) : all;
}

function includes(annotations: readonly Annotation[], one: Annotation): boolean {
  return annotations.some((other) => JSON.stringify(other) === JSON.stringify(one));
}
