import { invalid } from '../http/api-error.ts';
import type { CheckedBody } from '../http/request-bodies.ts';
import type { RunObject } from '../objects.ts';
import type { AssistantRecord } from '../store/store.ts';

type RunBody = CheckedBody<'createThreadAndRun'> & Pick<CheckedBody<'createRun'>, 'additional_instructions'>;

/** What a new run takes from elsewhere than its request. */
export interface RunContext {
  readonly assistant: AssistantRecord;
  readonly threadId: string;
  readonly id: string;
  /** Unix seconds. */
  readonly createdAt: number;
  readonly expiresAfterS: number;
}

/**
 * A queued run. A value in the request overrides the assistant's. Throws a 400 if `tool_choice` names an unknown tool, or
 * `code_interpreter`, which is not executed.
 */
export function newRun(
  body: RunBody,
  { assistant, threadId, id, createdAt, expiresAfterS }: RunContext,
): RunObject {
  const { truncation_strategy: truncation } = body;
  const run: RunObject = {
    id,
    object: 'thread.run',
    created_at: createdAt,
    thread_id: threadId,
    assistant_id: assistant.id,
    status: 'queued',
    required_action: null,
    last_error: null,
    incomplete_details: null,
    expires_at: createdAt + expiresAfterS,
    started_at: null,
    cancelled_at: null,
    failed_at: null,
    completed_at: null,
    model: body.model ?? assistant.model,
    instructions: instructionsOf(body, assistant),
    tools: body.tools ?? assistant.tools,
    file_ids: assistant.files.map((file) => file.id),
    metadata: body.metadata ?? {},
    usage: null,
    temperature: body.temperature ?? assistant.temperature,
    top_p: body.top_p ?? assistant.top_p,
    response_format: body.response_format ?? assistant.response_format,
    max_prompt_tokens: body.max_prompt_tokens ?? null,
    max_completion_tokens: body.max_completion_tokens ?? null,
    truncation_strategy: {
      type: truncation?.type ?? 'auto',
      last_messages: truncation?.last_messages ?? null,
    },
    tool_choice: body.tool_choice ?? 'auto',
  };
  checkToolChoice(run);
  return run;
}

function instructionsOf(body: RunBody, assistant: AssistantRecord): string {
  const parts = [body.instructions ?? assistant.instructions, body.additional_instructions];
  return parts.filter((part) => typeof part === 'string' && part !== '').join('\n\n');
}

function checkToolChoice({ tool_choice: choice, tools }: RunObject): void {
  if (typeof choice === 'string') return;
  const named = choice.type === 'function' ? choice.function.name : choice.type;
  const known = tools.some((tool) => (tool.type === 'function' ? tool.function.name : tool.type) === named);
  if (!known)
    throw invalid(`'tool_choice' names '${named}', which is not a tool of this run.`, 'tool_choice');
  if (choice.type === 'code_interpreter') {
    throw invalid(
      "'tool_choice' must not be 'code_interpreter': this server does not execute code.",
      'tool_choice',
    );
  }
}
