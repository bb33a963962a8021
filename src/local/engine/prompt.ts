import type { ToolChoiceOption } from '../../rest/requests.ts';
import type { FunctionDefinition, Prompt, Round, RoundCall, TokenCounter } from '../models/model.ts';
import type { MessageObject, RunObject, StepObject } from '../objects.ts';
import type { Pace } from '../pace.ts';
import type { Store } from '../store/store.ts';
import { markerOf, withoutMarkers } from './citations.ts';
import { textOf, textWithoutCitations } from './message-text.ts';
import { searchFunction, searchName, searchOutput } from './searching.ts';

const MAX_CONTEXT_MESSAGES = 100;
/** Nor does the model get more than this, whatever limits the run sets: a token can be long, and a run can ask for all messages. */
const MAX_CONTEXT_CHARACTERS = 1_000_000;
const MAX_LAST_MESSAGES = 1_000;

/** Counting the tokens of so many characters takes up to 5 ms. */
const SLICE_CHARACTERS = 10_000;

/** What the model gets of a run itself. */
export type ComposedPrompt = Omit<Prompt, 'maxTokens' | 'written'>;

export interface PromptLimits {
  readonly tokens: TokenCounter;
  readonly maxTokens: number;
}

/**
 * The prompt for the model's next turn, and its tokens as `limits.tokens` counts them. It has at most `maxTokens`, unless
 * the fixed parts and the newest message have more. It depends only on the thread and the run's own steps, so it is the
 * same after a crash. A long prompt is composed in slices: nothing may be left of the thread afterwards.
 */
export async function composePrompt(
  { store, pace }: { readonly store: Store; readonly pace: Pace },
  run: RunObject,
  steps: readonly StepObject[],
  limits: PromptLimits,
): Promise<{ prompt: ComposedPrompt; tokens: number }> {
  const { tokens: counter, maxTokens } = limits;
  const count = countInSlices(counter, pace);
  const search = searchFunction(store, run);
  const citeNothing = search === undefined ? (text: string) => text : withoutMarkers;
  const rounds = roundsOf(store, run, steps, citeNothing);
  const functions = functionsOf(run).concat(search ?? []);
  const instructions = citeNothing(run.instructions);
  let fixed = counter.countFunctions(functions) + (await count(instructions));
  for (const text of textsOf(rounds)) fixed += await count(text);
  const textOfMessage = search === undefined ? textOf : textToSearchWith;
  const messages = await selectMessages(store, run, count, maxTokens - fixed, textOfMessage);
  const prompt = {
    model: run.model,
    instructions,
    messages: messages.map(({ role, text }) => ({ role, text })),
    functions,
    search: search?.name,
    toolChoice: toolChoiceOf(run, search?.name),
    json: typeof run.response_format === 'object' && run.response_format.type === 'json_object',
    temperature: run.temperature,
    topP: run.top_p,
    deadline: (run.expires_at ?? 0) * 1000,
    rounds,
  };
  return { prompt, tokens: messages.reduce((sum, { tokens }) => sum + tokens, fixed) };
}

function functionsOf({ tools }: RunObject): FunctionDefinition[] {
  return tools.flatMap((tool) => (tool.type === 'function' ? [tool.function] : []));
}

/** Retrieval is forced by its function. */
function toolChoiceOf({ tool_choice: choice }: RunObject, search: string | undefined): ToolChoiceOption {
  if (typeof choice === 'string' || choice.type !== 'retrieval') return choice;
  return search === undefined ? 'auto' : { type: 'function', function: { name: search } };
}

/** A marker in an earlier message would cite a passage of this run. */
function textToSearchWith(message: MessageObject): string {
  return withoutMarkers(textWithoutCitations(message));
}

/**
 * The rounds of calls that are completed. A message before a round is what the model wrote together with its calls.
 *
 * @param citeNothing takes the markers out of an output of a function
 */
function roundsOf(
  store: Store,
  run: RunObject,
  steps: readonly StepObject[],
  citeNothing: (output: string) => string,
): Round[] {
  const rounds: Round[] = [];
  let text = '';
  for (const { status, step_details: details } of steps) {
    if (status !== 'completed') continue;
    if (details.type === 'message_creation') {
      const message = store.messages.find(details.message_creation.message_id);
      text = message === undefined ? '' : textOf(message);
    } else if (details.tool_calls.length > 0) {
      const calls = details.tool_calls.map((call) =>
        call.type === 'function'
          ? { ...call.function, output: citeNothing(call.function.output ?? '') }
          : searchCall(store, run, call.id),
      );
      rounds.push({ text, calls });
      text = '';
    }
  }
  return rounds;
}

function searchCall(store: Store, run: RunObject, callId: string): RoundCall {
  const search = store.searches.get(callId);
  const result = search?.result ?? { passages: [] };
  return {
    name: searchName(run) ?? '',
    arguments: JSON.stringify({ query: search?.question }),
    output: searchOutput(result),
    passages: result.passages.map((passage) => ({ marker: markerOf(passage), text: passage.text })),
  };
}

function textsOf(rounds: readonly Round[]): string[] {
  return rounds.flatMap(({ text, calls }) => [
    text,
    ...calls.map((call) => `${call.arguments} ${call.output ?? ''}`),
  ]);
}

/** Counts the tokens of a text that is a message of its own. An empty one is not sent. */
type Count = (text: string) => Promise<number>;

function countInSlices(counter: TokenCounter, pace: Pace): Count {
  let characters = 0;
  return async (text) => {
    characters += text.length;
    if (characters > SLICE_CHARACTERS) {
      await pace.turn();
      characters = text.length;
    }
    return text === '' ? 0 : counter.count(text) + counter.perMessage;
  };
}

interface Selected {
  role: MessageObject['role'];
  text: string;
  tokens: number;
}

/**
 * The messages that fit into the limits, oldest first. The newest is always included. If some do not fit, the ones in the
 * middle are left out: the first message of the thread is kept if there is room.
 */
async function selectMessages(
  store: Store,
  run: RunObject,
  count: Count,
  maxTokens: number,
  textOfMessage: (message: MessageObject) => string,
): Promise<Selected[]> {
  const { type, last_messages: last } = run.truncation_strategy;
  const maxMessages =
    type === 'last_messages' && last !== null ? Math.min(last, MAX_LAST_MESSAGES) : MAX_CONTEXT_MESSAGES;
  const select = async (message: MessageObject): Promise<Selected> => {
    const text = textOfMessage(message);
    return { role: message.role, text, tokens: await count(text) };
  };
  const selected: Selected[] = [];
  let room = maxTokens;
  let characters = 0;
  let complete = true;
  for (const message of store.messages.each(run.thread_id, 'desc')) {
    if (message.run_id === run.id) continue;
    const next = await select(message);
    characters += next.text.length;
    const fits = next.tokens <= room && characters <= MAX_CONTEXT_CHARACTERS;
    complete = selected.length < maxMessages && (selected.length === 0 || fits);
    if (!complete) break;
    selected.push(next);
    room -= next.tokens;
  }
  if (!complete && type === 'auto') {
    for (const message of store.messages.page(run.thread_id, { limit: 1, order: 'asc' }).items) {
      const first = await select(message);
      if (first.tokens <= room) selected.push(first);
    }
  }
  return selected.reverse();
}
