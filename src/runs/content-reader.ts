import type { RestClient } from '../rest/client.ts';
import { isNotFound, MalformedResponseError } from '../rest/errors.ts';
import type { Message } from '../rest/wire/message.ts';
import type { RunStep } from '../rest/wire/run.ts';
import type { RunEvent } from './events.ts';
import type { RunState } from './run-state.ts';
import type { RunIds } from './runs.ts';
import { hasStepEnded } from './step-state.ts';

/** The steps of a run, and those of its messages that may have changed. */
export interface RunContent {
  readonly steps: readonly RunStep[];
  /** Null for a message that does not exist. */
  readonly messages: ReadonlyMap<string, Message | null>;
  /** Set if a step or a message is malformed, and so is missing. */
  readonly failure: MalformedResponseError | undefined;
}

const PAGE = 100;
/** Steps of a run beyond the first thousand are not read. */
const MAX_PAGES = 10;
/** Up to this many messages are read one by one, which costs fewer bytes than a page of the thread. */
const MAX_SINGLE_READS = 2;

/** Reads the steps and messages of one run, and remembers which messages cannot change any more. */
export class ContentReader {
  readonly #ids: RunIds;
  readonly #settled = new Set<string>();

  constructor(ids: RunIds) {
    this.#ids = ids;
  }

  /**
   * Reads the steps, and the messages that they name unless these have ended.
   *
   * @throws what RestClient.call throws, except for a 404 for the steps, which counts as no steps
   */
  async read(rest: RestClient, state: RunState): Promise<RunContent> {
    const failures: MalformedResponseError[] = [];
    const steps = await this.#readSteps(rest, failures);
    const wanted = steps.filter((step) => {
      const id = messageIdOf(step);
      return id !== undefined && !this.#settled.has(id) && state.message(id)?.isEnded !== true;
    });
    const ids = wanted.flatMap((step) => messageIdOf(step) ?? []);
    const messages = await this.#readMessages(rest, ids, failures);
    return { steps, messages, failure: failures[0] };
  }

  /** The changes in this content, in the order of the steps. A known message grows before its step ends. */
  observe(state: RunState, { steps, messages }: RunContent): RunEvent[] {
    return steps.flatMap((step) => {
      const messageId = messageIdOf(step) ?? '';
      const message = messages.get(messageId);
      if (hasStepEnded(step) && message !== undefined) this.#settled.add(messageId);
      const isKnown = state.step(step.id) !== undefined;
      const ofMessage = () => (message ? state.observeMessage(message) : []);
      if (isKnown) return [...ofMessage(), ...state.observeStep(step)];
      return [...state.observeStep(step), ...ofMessage()];
    });
  }

  /** The changes in ended steps only. A live stream delivers the others. */
  observeEnded(state: RunState, content: RunContent): RunEvent[] {
    return this.observe(state, { ...content, steps: content.steps.filter(hasStepEnded) });
  }

  /** @param failures receives why steps are missing */
  async #readSteps(rest: RestClient, failures: MalformedResponseError[]): Promise<RunStep[]> {
    const { thread_id, run_id } = this.#ids;
    const steps: RunStep[] = [];
    let after: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const request = { thread_id, run_id, limit: PAGE, order: 'asc' as const };
      const { items, has_more } = await rest
        .call('listRunSteps', after === undefined ? request : { ...request, after })
        .catch(nothingIfMissing);
      for (const item of items) {
        if (item instanceof MalformedResponseError) failures.push(item);
        else steps.push(item);
      }
      after = items.at(-1)?.id;
      if (!has_more || after === undefined) break;
    }
    return steps;
  }

  /** @param failures receives why messages are missing */
  async #readMessages(
    rest: RestClient,
    ids: readonly string[],
    failures: MalformedResponseError[],
  ): Promise<Map<string, Message | null>> {
    const messages = new Map<string, Message | null>();
    const { thread_id, run_id } = this.#ids;
    const add = (message: Message) => {
      if (message.run_id === run_id || message.run_id === null) messages.set(message.id, message);
    };
    if (ids.length > MAX_SINGLE_READS) {
      const { items } = await rest.call('listMessages', { thread_id, run_id, limit: PAGE, order: 'desc' });
      for (const item of items) if (!(item instanceof Error)) add(item);
    }
    const missing = ids.filter((id) => !messages.has(id));
    await Promise.all(
      missing.map(async (message_id) => {
        const message = await rest.call('getMessage', { thread_id, message_id }).catch((error: unknown) => {
          if (!(error instanceof MalformedResponseError)) return nullIfMissing(error);
          failures.push(error);
          return undefined;
        });
        if (message) add(message);
        else if (message === null) messages.set(message_id, null);
      }),
    );
    return messages;
  }
}

function messageIdOf({ step_details: details }: RunStep): string | undefined {
  return details.type === 'message_creation' ? details.message_creation.message_id : undefined;
}

function nothingIfMissing(error: unknown) {
  if (isNotFound(error)) return { items: [], has_more: false };
  throw error;
}

function nullIfMissing(error: unknown): null {
  if (isNotFound(error)) return null;
  throw error;
}
