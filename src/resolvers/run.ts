import type { GraphQLResolveInfo } from 'graphql';
import type { Context } from '../context.ts';
import type { NodeIds } from '../loaders/node-types.ts';
import type { Reference } from '../loaders/reference.ts';
import { MalformedResponseError } from '../rest/errors.ts';
import { isTerminal } from '../rest/run-status.ts';
import type { RequiredAction, Run } from '../rest/wire/run.ts';
import type { StartOptions } from '../runs/runs.ts';
import { onActiveRun } from './active-run.ts';
import { connection } from './connection.ts';
import { requireChildIds, requireIds } from './global-id.ts';
import { type ModifyMetadataInput, newMetadata } from './input/metadata.ts';
import {
  type CreateRunInput,
  type CreateThreadAndRunInput,
  createRunBody,
  createThreadAndRunBody,
  type StreamInput,
  type SubmitToolOutputsInput,
  toolOutputsBody,
} from './input/run.ts';
import { lookUp, written } from './object.ts';
import type { ConnectionArguments } from './page-request.ts';

export function runIsTerminal({ status }: Run): boolean {
  return isTerminal(status);
}

/** By default the server decides whether to read a run from a stream. */
function streamOption({ stream }: StreamInput): StartOptions {
  return { stream: stream ?? undefined };
}

/** @throws MalformedResponseError if the required action cannot be read: null would mean that there is none */
export function requiredAction({ id, required_action }: Run): RequiredAction | null {
  if (required_action !== 'unreadable') return required_action;
  throw new MalformedResponseError('The upstream sent a malformed required action', id);
}

export function runStep(
  run: Reference<'Run'>,
  args: { id: string },
  ctx: Context,
  info: GraphQLResolveInfo,
): Reference<'RunStep'> | Promise<Reference<'RunStep'>> {
  return lookUp(
    run.loaders.reference('RunStep', requireChildIds('RunStep', run.ids, args.id, 'id')),
    info,
    ctx,
  );
}

export function runSteps(run: Reference<'Run'>, args: ConnectionArguments) {
  return connection(run.loaders, 'RunStep', run.ids, args);
}

export function runMessages(run: Reference<'Run'>, args: ConnectionArguments) {
  const { thread_id, run_id } = run.ids;
  return connection(run.loaders, 'Message', { thread_id }, args, { run_id });
}

/** A run that was created, or that was active until the write. So no other run of its thread can be active. */
function writtenRun(ctx: Context, ids: NodeIds<'Run'>, object: Run): Reference<'Run'> {
  const run = written(ctx, 'Run', ids, object);
  const thread = run.loaders.reference('Thread', { thread_id: ids.thread_id });
  thread.activeRun = isTerminal(object.status) ? null : run;
  return run;
}

export async function createRun(
  _root: unknown,
  { input }: { input: CreateRunInput },
  ctx: Context,
): Promise<Reference<'Run'>> {
  const ids = requireIds('Thread', input.threadId, 'input.threadId');
  const body = createRunBody(input);
  const created = await onActiveRun(ctx, ids, input.onActiveRun ?? 'fail', () =>
    ctx.runs.start(ctx.rest, 'createRun', { ...ids, body }, streamOption(input)),
  );
  return writtenRun(ctx, { ...ids, run_id: created.id }, created);
}

export async function createThreadAndRun(
  _root: unknown,
  { input }: { input: CreateThreadAndRunInput },
  ctx: Context,
): Promise<Reference<'Run'>> {
  const body = createThreadAndRunBody(input, ctx.threadPairs);
  const created = await ctx.runs.start(ctx.rest, 'createThreadAndRun', { body }, streamOption(input));
  return writtenRun(ctx, { thread_id: created.thread_id, run_id: created.id }, created);
}

export async function modifyRun(
  _root: unknown,
  { input }: { input: ModifyMetadataInput },
  ctx: Context,
): Promise<Reference<'Run'>> {
  const ids = requireIds('Run', input.id, 'input.id');
  const body = { metadata: newMetadata(input) };
  const modified = await ctx.rest.call('modifyRun', { ...ids, body });
  ctx.runs.observe(modified);
  return written(ctx, 'Run', ids, modified);
}

export async function cancelRun(
  _root: unknown,
  { input }: { input: { id: string } },
  ctx: Context,
): Promise<Reference<'Run'>> {
  const ids = requireIds('Run', input.id, 'input.id');
  const cancelled = await ctx.rest.call('cancelRun', ids);
  ctx.runs.observe(cancelled);
  return writtenRun(ctx, ids, cancelled);
}

export async function submitToolOutputsToRun(
  _root: unknown,
  { input }: { input: SubmitToolOutputsInput },
  ctx: Context,
): Promise<Reference<'Run'>> {
  const ids = requireIds('Run', input.id, 'input.id');
  const request = { ...ids, body: toolOutputsBody(input) };
  const run = await ctx.runs.start(ctx.rest, 'submitToolOutputsToRun', request, streamOption(input));
  return writtenRun(ctx, ids, run);
}
