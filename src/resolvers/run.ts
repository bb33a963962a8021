import type { GraphQLResolveInfo } from 'graphql';
import type { Context, RunReference, RunStepReference } from '../context.ts';
import { MalformedResponseError } from '../rest/errors.ts';
import { isTerminal } from '../rest/run-status.ts';
import type { RequiredAction, Run } from '../rest/wire/run.ts';
import type { StartOptions } from '../runs/runs.ts';
import { onActiveRun } from './active-run.ts';
import { type ConnectionArguments, connection } from './connection.ts';
import { badUserInput } from './errors.ts';
import { requireChildIds, requireIds } from './global-id.ts';
import { type ModifyMetadataInput, requireNewMetadata, requireNotEmpty } from './limits.ts';
import { lookUp } from './object.ts';
import {
  type CreateRunInput,
  type CreateThreadAndRunInput,
  createRunBody,
  createThreadAndRunBody,
  type StreamInput,
} from './run-input.ts';

export function runIsTerminal({ status }: Run): boolean {
  return isTerminal(status);
}

/** By default the server decides whether to read a run from a stream. */
function streamOption({ stream }: StreamInput): StartOptions {
  return { stream: stream ?? undefined };
}

/** @throws MalformedResponseError where the run waits for something that cannot be read: that is not nothing */
export function requiredAction({ id, required_action }: Run): RequiredAction | null {
  if (required_action !== 'unreadable') return required_action;
  throw new MalformedResponseError('The upstream sent a required action that cannot be read', id);
}

export function runStep(
  run: RunReference,
  args: { id: string },
  ctx: Context,
  info: GraphQLResolveInfo,
): RunStepReference | Promise<RunStepReference> {
  return lookUp(
    run.loaders.reference('RunStep', requireChildIds('RunStep', run.ids, args.id, 'id')),
    info,
    ctx,
  );
}

export function runSteps(run: RunReference, args: ConnectionArguments) {
  return connection(run.loaders, 'RunStep', run.ids, args);
}

export function runMessages(run: RunReference, args: ConnectionArguments) {
  const { thread_id, run_id } = run.ids;
  return connection(run.loaders, 'Message', { thread_id }, args, { run_id });
}

export async function createRun(
  _root: unknown,
  { input }: { input: CreateRunInput },
  ctx: Context,
): Promise<RunReference> {
  const ids = requireIds('Thread', input.threadId, 'input.threadId');
  const body = createRunBody(input);
  const created = await onActiveRun(ctx, ids, input.onActiveRun ?? 'fail', () =>
    ctx.runs.start(ctx.rest, 'createRun', { ...ids, body }, streamOption(input)),
  );
  return ctx
    .freshLoaders()
    .reference('Run', { ...ids, run_id: created.id })
    .set(created);
}

export async function createThreadAndRun(
  _root: unknown,
  { input }: { input: CreateThreadAndRunInput },
  ctx: Context,
): Promise<RunReference> {
  const body = createThreadAndRunBody(input);
  const created = await ctx.runs.start(ctx.rest, 'createThreadAndRun', { body }, streamOption(input));
  const ids = { thread_id: created.thread_id, run_id: created.id };
  return ctx.freshLoaders().reference('Run', ids).set(created);
}

export async function modifyRun(
  _root: unknown,
  { input }: { input: ModifyMetadataInput },
  ctx: Context,
): Promise<RunReference> {
  const ids = requireIds('Run', input.id, 'input.id');
  const body = { metadata: requireNewMetadata(input) };
  const modified = await ctx.rest.call('modifyRun', { ...ids, body });
  ctx.runs.observe(modified);
  return ctx.freshLoaders().reference('Run', ids).set(modified);
}

export async function cancelRun(
  _root: unknown,
  { input }: { input: { id: string } },
  ctx: Context,
): Promise<RunReference> {
  const ids = requireIds('Run', input.id, 'input.id');
  const cancelled = await ctx.rest.call('cancelRun', ids);
  ctx.runs.observe(cancelled);
  return ctx.freshLoaders().reference('Run', ids).set(cancelled);
}

export interface SubmitToolOutputsInput extends StreamInput {
  id: string;
  toolOutputs: readonly { toolCallId: string; output: string }[];
}

export async function submitToolOutputsToRun(
  _root: unknown,
  { input }: { input: SubmitToolOutputsInput },
  ctx: Context,
): Promise<RunReference> {
  const ids = requireIds('Run', input.id, 'input.id');
  if (input.toolOutputs.length === 0) throw badUserInput('input.toolOutputs', 'is empty');
  const tool_outputs = input.toolOutputs.map(({ toolCallId, output }, index) => ({
    tool_call_id: requireNotEmpty(toolCallId, `input.toolOutputs[${index}].toolCallId`),
    output,
  }));
  const request = { ...ids, body: { tool_outputs } };
  const run = await ctx.runs.start(ctx.rest, 'submitToolOutputsToRun', request, streamOption(input));
  return ctx.freshLoaders().reference('Run', ids).set(run);
}
