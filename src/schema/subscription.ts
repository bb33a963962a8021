import { cost } from '../fields/cost.ts';
import { runEvent, runEvents, runStatus, runStatusChange } from '../resolvers/run-event.ts';
import { builder } from './builder.ts';
import { Run } from './run.ts';
import { RunEvent } from './run-event.ts';

const RUN_ID = 'Global ID of the run, or its REST path, for example `thread_abc/run_def`.';

builder.subscriptionType({
  description:
    'Live updates, over WebSocket (graphql-transport-ws) or server-sent events. An error below an event affects that ' +
    'event only.',
  fields: (t) => ({
    runStatus: t.field({
      type: Run,
      nullable: true,
      description:
        'The run as it is now, then again each time its status changes. Stays open through REQUIRES_ACTION and ' +
        'completes when the run has ended. Fails with NOT_FOUND if the run does not exist.',
      args: { id: t.arg.id({ required: true, description: RUN_ID }) },
      extensions: cost.subscription('Run'),
      subscribe: runStatus,
      resolve: runStatusChange,
    }),
    runEvents: t.field({
      type: RunEvent,
      nullable: true,
      description:
        'Everything that happens in a run, in order. Starts with the first event of a run created through this server; ' +
        'for any other run, starts with events that describe its present state. Stays open through REQUIRES_ACTION and ' +
        'completes when the run has ended. Fails with NOT_FOUND if the run does not exist.',
      args: {
        id: t.arg.id({ required: true, description: RUN_ID }),
        after: t.arg.string({
          description:
            'Return events after this cursor: after a reconnect, pass the cursor of the last event received. If later ' +
            'events are no longer available, `RunEventsReset` comes first.',
        }),
      },
      extensions: cost.subscription('Run'),
      subscribe: runEvents,
      resolve: runEvent,
    }),
  }),
});
