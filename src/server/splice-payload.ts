import type { FormattedExecutionResult } from 'graphql';

/** An object that graphql-ws serializes as an empty string, and that says so while it does. */
interface Placeholder extends FormattedExecutionResult {
  toJSON(): string;
}

/**
 * Lets many sockets send one payload that was serialized once. graphql-ws serializes a message and sends it in the same
 * breath, so that the placeholder that has just been serialized is the one in the message that is sent next.
 */
export type PayloadSplicer = ReturnType<typeof createPayloadSplicer>;

export function createPayloadSplicer() {
  const EMPTY = '""}';
  let pending: string | undefined;
  return {
    /** Stands for `json` as the payload of a message. */
    placeholderFor(json: string): Placeholder {
      return {
        toJSON() {
          pending = json;
          return '';
        },
      };
    },
    /** @param message as graphql-ws has just serialized it, with the payload last */
    splice(message: string): string {
      if (pending === undefined) return message;
      const spliced = `${message.slice(0, -EMPTY.length)}${pending}}`;
      pending = undefined;
      return spliced;
    },
  };
}
