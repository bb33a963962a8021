import { cost } from '../fields/cost.ts';
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
import { inputArgument } from './mutation.ts';
import { Run, RunEdge } from './run.ts';

const CreateRunPayload = builder.objectRef<Reference<'Run'>>('CreateRunPayload').implement({
  description: 'Payload of `createRun`.',
  fields: (t) => ({
    run: t.field({
      type: Run,
      extensions: cost.inHand,
      description: 'The new run.',
      resolve: (created) => created,
    }),
    runEdge: t.field({
      type: RunEdge,
      extensions: cost.inHand,
      description: 'The new run as an edge, to add to a cached connection.',
      resolve: edgeOf,
    }),
  }),
});

/** A payload type with the field `run` and nothing else. @param run the field's description */
function runPayload(name: string, description: string, run: string) {
  return builder.objectRef<Reference<'Run'>>(name).implement({
    description,
    fields: (t) => ({
      run: t.field({
        type: Run,
        extensions: cost.inHand,
        description: run,
        resolve: (reference) => reference,
      }),
    }),
  });
}

builder.mutationFields((t) => ({
  createRun: t.field({
    type: CreateRunPayload,
    nullable: true,
    extensions: cost.write('createRun'),
    description:
      'Starts a run of an assistant on a thread. The thread is locked until the run ends. Fails with ' +
      '`ACTIVE_RUN` if another run is active on the thread.',
    args: inputArgument(t.arg, CreateRunInput),
    resolve: createRun,
  }),
  createThreadAndRun: t.field({
    type: runPayload(
      'CreateThreadAndRunPayload',
      'Payload of `createThreadAndRun`.',
      'The new run. Its `thread` is the new thread.',
    ),
    nullable: true,
    extensions: cost.write('createThreadAndRun'),
    description: 'Creates a thread and starts a run on it.',
    args: inputArgument(t.arg, CreateThreadAndRunInput),
    resolve: createThreadAndRun,
  }),
  modifyRun: t.field({
    type: runPayload('ModifyRunPayload', 'Payload of `modifyRun`.', 'The updated run.'),
    nullable: true,
    extensions: cost.write('modifyRun'),
    description: 'Updates the metadata of a run.',
    args: inputArgument(t.arg, ModifyRunInput),
    resolve: modifyRun,
  }),
  cancelRun: t.field({
    type: runPayload(
      'CancelRunPayload',
      'Payload of `cancelRun`.',
      'The run. Its status is usually `CANCELLING` at first.',
    ),
    nullable: true,
    extensions: cost.write('cancelRun'),
    description: 'Cancels an active run. Messages and steps written so far are kept.',
    args: inputArgument(t.arg, CancelRunInput),
    resolve: cancelRun,
  }),
  submitToolOutputsToRun: t.field({
    type: runPayload(
      'SubmitToolOutputsToRunPayload',
      'Payload of `submitToolOutputsToRun`.',
      'The resumed run.',
    ),
    nullable: true,
    extensions: cost.write('submitToolOutputsToRun'),
    description: 'Submits the tool outputs that a run in `REQUIRES_ACTION` waits for.',
    args: inputArgument(t.arg, SubmitToolOutputsToRunInput),
    resolve: submitToolOutputsToRun,
  }),
}));
