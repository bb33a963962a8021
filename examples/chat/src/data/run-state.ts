/**
 * What a page knows about a run, built from its events. It is plain data, so that it can be stored together with the cursor
 * of the last event: after a reload, the events after that cursor complete it.
 */
import type {
  AnnotationPartsFragment,
  ContentPartsFragment,
  MessageStatus,
  RunEndFragment,
  RunEventsSubscription,
  RunStatus,
  RunStepStatus,
  ToolType,
} from './generated/operations.ts';
import { applyCallDelta } from './tool-call.ts';

export type RunEvent = NonNullable<RunEventsSubscription['runEvents']>;

export interface RunState extends RunEndFragment {
  readonly status: RunStatus;
  /** Position of the last event. */
  readonly cursor?: string;
  /** Messages and rounds of tool calls, in the order in which they began. */
  readonly items: readonly RunItem[];
  /** The calls whose outputs the run waits for. */
  readonly required: readonly RequiredCall[];
  /** Why the server cannot follow the run at the moment. */
  readonly watchError?: { readonly code: string; readonly message: string };
}

export type RunItem = WrittenMessage | CallRound;

export interface WrittenMessage {
  readonly kind: 'message';
  readonly id: string;
  readonly status: MessageStatus | null;
  readonly content: readonly ContentPart[];
}

/** As in `Message.content`. */
export type ContentPart = ContentPartsFragment;
export type Annotation = AnnotationPartsFragment;

export interface CallRound {
  readonly kind: 'calls';
  /** ID of the step. */
  readonly id: string;
  readonly status: RunStepStatus;
  readonly calls: readonly Call[];
}

export interface Call {
  readonly id: string;
  readonly type: ToolType;
  /** Name of a function. Empty for other tools. */
  readonly name: string;
  /** Arguments of a function as JSON text, or the code of the code interpreter. */
  readonly arguments: string;
  /** Null until there is one. */
  readonly output: string | null;
}

export interface RequiredCall {
  readonly toolCallId: string;
  readonly name: string;
  readonly arguments: string;
}

export const newRun: RunState = {
  status: 'QUEUED',
  items: [],
  required: [],
  incompleteReason: null,
  lastError: null,
};

const FINAL: readonly RunStatus[] = ['CANCELLED', 'COMPLETED', 'EXPIRED', 'FAILED', 'INCOMPLETE'];

export function hasEnded({ status }: Pick<RunState, 'status'>): boolean {
  return FINAL.includes(status);
}

/** Applying an event again, and all events after it in order, leads to the same state. Unknown events are ignored. */
export function applyEvent(state: RunState, event: RunEvent): RunState {
  if (event.__typename === 'RunEventsReset') return { ...newRun, cursor: event.cursor };
  return { ...changed(state, event), cursor: event.cursor };
}

function changed({ watchError: _, ...state }: RunState, event: RunEvent): RunState {
  switch (event.__typename) {
    case 'RunStatusChanged': {
      const { incompleteReason = null, lastError = null, requiredAction } = event.run ?? {};
      const required = event.status === 'REQUIRES_ACTION' ? (requiredAction?.toolCalls ?? []) : [];
      return { ...state, status: event.status, incompleteReason, lastError, required };
    }
    case 'RunStepChanged':
      if (event.step?.type !== 'TOOL_CALLS') return state;
      return withRound(state, event.stepId, (round) => ({ ...round, status: event.stepStatus }));
    case 'RunStepDelta':
      return withRound(state, event.stepId, (round) => ({
        ...round,
        calls: event.toolCalls.reduce(applyCallDelta, round.calls),
      }));
    case 'MessageChanged':
      return withMessage(state, event.messageId, (message) => ({ ...message, status: event.messageStatus }));
    case 'MessageDelta':
      return withPart(state, event, (part) => withText(part, event));
    case 'MessageContentChanged':
      return withPart(state, event, () => event.content);
    case 'RunWatchError':
      return { ...state, watchError: event.error };
    default:
      return state;
  }
}

function withText(
  part: ContentPart | undefined,
  delta: Extract<RunEvent, { __typename: 'MessageDelta' }>,
): ContentPart {
  const { value = '', annotations = [] } = part?.__typename === 'TextContent' ? part : {};
  const added = delta.annotations.filter((one) => !annotations.some((other) => isSame(one, other)));
  return {
    __typename: 'TextContent',
    type: 'TEXT',
    value: value.slice(0, delta.offset) + delta.text,
    annotations: [...annotations, ...added],
  };
}

/** The server sends all annotations again if the REST API replaced them. */
function isSame(one: Annotation, other: Annotation): boolean {
  return one.startIndex === other.startIndex && one.endIndex === other.endIndex && one.text === other.text;
}

function withPart(
  state: RunState,
  { messageId, index }: { messageId: string; index: number },
  change: (part: ContentPart | undefined) => ContentPart,
): RunState {
  return withMessage(state, messageId, (message) => {
    const content = [...message.content];
    while (content.length < index) content.push({ __typename: 'UnknownContent', type: 'UNKNOWN' });
    content[index] = change(content[index]);
    return { ...message, content };
  });
}

function withMessage(state: RunState, id: string, change: (message: WrittenMessage) => RunItem): RunState {
  const started: WrittenMessage = { kind: 'message', id, status: 'IN_PROGRESS', content: [] };
  return withItem(state, id, (item) => change(item?.kind === 'message' ? item : started));
}

function withRound(state: RunState, id: string, change: (round: CallRound) => RunItem): RunState {
  const started: CallRound = { kind: 'calls', id, status: 'IN_PROGRESS', calls: [] };
  return withItem(state, id, (item) => change(item?.kind === 'calls' ? item : started));
}

function withItem(state: RunState, id: string, change: (item: RunItem | undefined) => RunItem): RunState {
  const index = state.items.findIndex((item) => item.id === id);
  if (index === -1) return { ...state, items: [...state.items, change(undefined)] };
  return { ...state, items: state.items.with(index, change(state.items[index])) };
}
