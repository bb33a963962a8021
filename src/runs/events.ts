/** The events in the log of a run. They are JSON; field names and objects are those of the REST API. */
import type { Annotation, Content, Message } from '../rest/wire/message.ts';
import type { Run, RunStep } from '../rest/wire/run.ts';

/**
 * The run has a new status. The same status never comes twice in a row; `created` counts as `queued`. After
 * `requires_action`, `queued` and `in_progress` come again.
 */
export interface RunStatusEvent {
  readonly type: 'run.status';
  readonly status: string;
  /** Unix seconds. */
  readonly at: number;
  readonly run: Run;
}

/** A step began or changed its status. */
export interface StepChangedEvent {
  readonly type: 'step.changed';
  readonly step: RunStep;
}

/** More of a step's tool calls. */
export interface StepDeltaEvent {
  readonly type: 'step.delta';
  readonly step_id: string;
  readonly tool_calls: readonly ToolCallDelta[];
}

interface ToolCallDeltaBase {
  /** Position of the tool call in its step. */
  readonly index: number;
  /** Null if upstream has not sent it yet. */
  readonly id: string | null;
}

/** `arguments = arguments.slice(0, offset) + piece`, in UTF-16 units. Null pieces change nothing. */
export interface FunctionCallDelta extends ToolCallDeltaBase {
  readonly type: 'function';
  readonly name: string | null;
  readonly offset: number;
  readonly arguments: string | null;
  readonly output: string | null;
}

/** `input = input.slice(0, offset) + piece`, in UTF-16 units. */
export interface CodeInterpreterCallDelta extends ToolCallDeltaBase {
  readonly type: 'code_interpreter';
  readonly offset: number;
  readonly input: string | null;
  readonly outputs: readonly CodeInterpreterOutputDelta[];
}

/** Logs grow like the input. An image is always complete. `index` is the position in the call's outputs. */
export type CodeInterpreterOutputDelta =
  | { readonly index: number; readonly type: 'logs'; readonly offset: number; readonly logs: string }
  | { readonly index: number; readonly type: 'image'; readonly file_id: string };

export interface RetrievalCallDelta extends ToolCallDeltaBase {
  readonly type: 'retrieval';
  readonly retrieval: Readonly<Record<string, unknown>> | null;
}

/** A call of an unknown type. Always complete. */
export interface UnknownCallDelta extends ToolCallDeltaBase {
  readonly type: 'unknown';
  readonly raw_type: string;
  readonly raw: Readonly<Record<string, unknown>>;
}

export type ToolCallDelta =
  | FunctionCallDelta
  | CodeInterpreterCallDelta
  | RetrievalCallDelta
  | UnknownCallDelta;

/** A message began, or ended `completed` or `incomplete`. */
export interface MessageChangedEvent {
  readonly type: 'message.changed';
  readonly message: Message;
}

/**
 * More text of the content part at `index`: `text = text.slice(0, offset) + piece`. Applied in order, all deltas of a
 * part produce its text, for streamed and polled runs and after a broken stream. Applying a delta twice is harmless.
 */
export interface MessageDeltaEvent {
  readonly type: 'message.delta';
  readonly message_id: string;
  readonly index: number;
  /** UTF-16 units. */
  readonly offset: number;
  readonly text: string;
  /** Only those that are new. */
  readonly annotations: readonly Annotation[];
}

/** A content part that is not text, such as an image. Always complete. */
export interface MessageContentEvent {
  readonly type: 'message.content';
  readonly message_id: string;
  readonly index: number;
  readonly content: Content;
}

/** Watching failed, or the upstream stream reported an error. The run itself may continue. */
export interface WatchErrorEvent {
  readonly type: 'watch.error';
  readonly code: WatchErrorCode;
  /** Safe to show to a client. */
  readonly message: string;
  readonly request_id: string | null;
  /** False if this is the last event. */
  readonly will_continue: boolean;
}

/** These are the `extensions.code` of a GraphQL error for the same failure. */
export type WatchErrorCode =
  | 'NOT_FOUND'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'RATE_LIMITED'
  | 'UPSTREAM_ERROR'
  | 'UPSTREAM_TIMEOUT'
  | 'UPSTREAM_UNAVAILABLE';

/** Discard what is known of this run: the events that follow rebuild it. */
export interface ResetEvent {
  readonly type: 'reset';
  readonly run: Run;
}

export type RunEvent =
  | RunStatusEvent
  | StepChangedEvent
  | StepDeltaEvent
  | MessageChangedEvent
  | MessageDeltaEvent
  | MessageContentEvent
  | WatchErrorEvent
  | ResetEvent;
