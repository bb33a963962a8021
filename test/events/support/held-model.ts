/** A model of the local API that writes what a test tells it, when the test tells it. */
import {
  type Model,
  type ModelResponse,
  PLAIN_ENDING,
  type Prompt,
} from '../../../src/local/models/model.ts';
import { WORD_COUNTER } from '../../../src/local/models/words.ts';
import { Queue } from './queue.ts';

/** One response of the model, which a run waits for. */
export interface Turn {
  readonly prompt: Prompt;
  /** Writes one piece of a message. */
  write(text: string): void;
  /** Ends the message. */
  finish(): void;
  /** Calls functions instead of writing a message. */
  call(...names: string[]): void;
  /** Fails, and the run with it. */
  fail(error: Error): void;
}

export interface HeldModel extends Model {
  /** The next turn that a run waits for. */
  nextTurn(): Promise<Turn>;
}

export function createHeldModel(): HeldModel {
  const turns = new Queue<Turn>();
  return {
    tokens: WORD_COUNTER,
    canContinue: true,
    nextTurn: () => turns.next(),
    respond(prompt, signal) {
      return new Promise<ModelResponse>((resolve, reject) => {
        const pieces = new Queue<string | undefined>();
        signal.addEventListener('abort', () => pieces.add(undefined));
        const respond = () =>
          resolve({ kind: 'message', pieces: untilUndefined(pieces), ending: () => PLAIN_ENDING });
        turns.add({
          prompt,
          write(text) {
            pieces.add(text);
            respond();
          },
          finish() {
            pieces.add(undefined);
            respond();
          },
          call: (...names) =>
            resolve({
              kind: 'calls',
              calls: names.map((name) => ({ name, arguments: '{"city":"Köln"}' })),
              usage: undefined,
            }),
          fail: reject,
        });
        signal.addEventListener('abort', respond);
      });
    },
  };
}

async function* untilUndefined(pieces: Queue<string | undefined>): AsyncGenerator<string> {
  for (;;) {
    const piece = await pieces.next();
    if (piece === undefined) return;
    yield piece;
  }
}
