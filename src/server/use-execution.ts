import { getSSEProcessor, isAsyncIterable, type Plugin } from 'graphql-yoga';
import { codedError } from '../errors.ts';
import { acceptsEvents } from './accept.ts';
import type { Caller } from './caller.ts';
import type { EventStreams } from './event-streams.ts';
import type { Execution } from './execution.ts';
import type { ServerContext } from './graphql.ts';
import { requireParams } from './params.ts';

export interface UseExecutionOptions {
  readonly execution: Execution;
  readonly eventStreams: EventStreams;
  readonly callerOf: (request: Request) => Caller;
}

/** Executes operations as those in json-requests.ts are, in place of yoga, and starts subscriptions. */
export function useExecution(options: UseExecutionOptions): Plugin<object, ServerContext> {
  const { execution, eventStreams, callerOf } = options;
  return {
    onParams({ params, setParams, setParamsHandler }) {
      const checked = requireParams(params);
      // Yoga refuses requests without one. Here, a hash may stand for it.
      setParams({ query: '' });
      setParamsHandler(async ({ request, context: { observation, res } }) => {
        const prepared = await execution.prepare(checked, observation);
        if ('errors' in prepared) return prepared;
        const { operation } = prepared.operation;
        const by = { caller: callerOf(request), observation, response: res };
        if (operation === 'subscription') {
          if (!acceptsEvents(request.headers.get('accept'))) throw notAcceptable();
          eventStreams.add(res);
          return execution.subscribe(prepared, by);
        }
        if (operation === 'mutation' && request.method === 'GET') throw mutationInUrl();
        return execution.execute(prepared, by);
      });
    },
    onResultProcess({ result, setResultProcessor }) {
      if (isAsyncIterable(result)) setResultProcessor(getSSEProcessor(), 'text/event-stream');
    },
  };
}

function notAcceptable() {
  return codedError('BAD_USER_INPUT', 'Subscriptions must be requested with `accept: text/event-stream`', {
    http: { status: 406, spec: true },
  });
}

/** Links and pages of others can make a browser send a GET. */
function mutationInUrl() {
  return codedError('BAD_USER_INPUT', 'Mutations must be sent with POST', {
    http: { status: 405, headers: { allow: 'POST' } },
  });
}
