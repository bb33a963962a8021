import type { ObjectFieldBuilder } from '@pothos/core';
import { cost, type WriteOperation } from '../fields/cost.ts';
import type { Reference } from '../loaders/reference.ts';
import { edgeOf } from '../resolvers/connection.ts';
import {
  cancelRun,
  createRun,
  createThreadAndRun,
  modifyRun,
  submitToolOutputsToRun,
} from '../resolvers/run.ts';
import { builder } from './builder.ts';
import {
  CancelRunInput,
  CreateRunInput,
  CreateThreadAndRunInput,
  ModifyRunInput,
  SubmitToolOutputsToRunInput,
} from './input/run.ts';
import { inputArgument, threadOfWritten } from './mutation.ts';
import { Run, RunEdge } from './run.ts';

type RunFields = ObjectFieldBuilder<typeof builder.$inferSchemaTypes, Reference<'Run'>>;

function runField(t: RunFields, description: string) {
  return t.field({ type: Run, extensions: cost.inHand, description, resolve: (run) => run });
}

function newRunPayload(name: string, operation: WriteOperation) {
  return builder.objectRef<Reference<'Run'>>(name).implement({
    description: `Payload of \`${operation}\`.`,
    fields: (t) => ({
      run: runField(t, 'The new run.'),
      runEdge: t.field({
        type: RunEdge,
        extensions: cost.inHand,
        description: 'The new run as an edge, to add to a cached connection.',
        resolve: edgeOf,
      }),
      thread: threadOfWritten(t),
    }),
  });
}

const ModifyRunPayload = builder.objectRef<Reference<'Run'>>('ModifyRunPayload').implement({
  description: 'Payload of `modifyRun`.',
  fields: (t) => ({ run: runField(t, 'The updated run.') }),
});

const CancelRunPayload = builder.objectRef<Reference<'Run'>>('CancelRunPayload').implement({
  description: 'Payload of `cancelRun`.',
  fields: (t) => ({
    run: runField(t, 'The run. Its status is usually `CANCELLING` at first.'),
    thread: threadOfWritten(t),
  }),
});

const SubmitToolOutputsToRunPayload = builder
  .objectRef<Reference<'Run'>>('SubmitToolOutputsToRunPayload')
  .implement({
    description: 'Payload of `submitToolOutputsToRun`.',
    fields: (t) => ({ run: runField(t, 'The resumed run.'), thread: threadOfWritten(t) }),
  });

builder.mutationFields((t) => ({
  createRun: t.field({
    type: newRunPayload('CreateRunPayload', 'createRun'),
    nullable: true,
    extensions: cost.write('createRun'),
    description:
      'Starts a run of an assistant on a thread. The thread is locked until the run ends. Fails with ' +
      '`ACTIVE_RUN` if another run is active on the thread.',
    args: inputArgument(t.arg, CreateRunInput),
    resolve: createRun,
  }),
  createThreadAndRun: t.field({
    type: newRunPayload('CreateThreadAndRunPayload', 'createThreadAndRun'),
    nullable: true,
    extensions: cost.write('createThreadAndRun'),
    description: 'Creates a thread and starts a run on it.',
    args: inputArgument(t.arg, CreateThreadAndRunInput),
    resolve: createThreadAndRun,
  }),
  modifyRun: t.field({
    type: ModifyRunPayload,
    nullable: true,
    extensions: cost.write('modifyRun'),
    description: 'Updates the metadata of a run.',
    args: inputArgument(t.arg, ModifyRunInput),
    resolve: modifyRun,
  }),
  cancelRun: t.field({
    type: CancelRunPayload,
    nullable: true,
    extensions: cost.write('cancelRun'),
    description: 'Cancels an active run. Messages and steps written so far are kept.',
    args: inputArgument(t.arg, CancelRunInput),
    resolve: cancelRun,
  }),
  submitToolOutputsToRun: t.field({
    type: SubmitToolOutputsToRunPayload,
    nullable: true,
    extensions: cost.write('submitToolOutputsToRun'),
    description: 'Submits the tool outputs that a run in `REQUIRES_ACTION` waits for.',
    args: inputArgument(t.arg, SubmitToolOutputsToRunInput),
    resolve: submitToolOutputsToRun,
  }),
}));
