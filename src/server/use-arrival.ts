import type { Plugin } from 'graphql-yoga';
import { type Arrivals, signalOf } from './arrivals.ts';
import type { Caller } from './caller.ts';
import type { ServerContext } from './graphql.ts';
import { requireParams } from './params.ts';
import { httpError } from './status.ts';

/** Who sent a request. */
export interface RequestCallers {
  readonly plugin: Plugin<object, ServerContext>;
  /** The caller of a request that the plugin has let through. */
  of(request: Request): Caller;
}

/** Authenticates and reads requests as json-requests.ts does, unless it has done so already. */
export function useArrival(arrivals: Arrivals): RequestCallers {
  const callers = new WeakMap<Request, Caller>();
  return {
    plugin: {
      onRequestParse({ request, requestParser, setRequestParser, serverContext, fetchAPI }) {
        const { req, res } = serverContext;
        const keep = (caller: Caller) => void callers.set(request, caller);
        if (request.method === 'POST') {
          const receive = async () => serverContext.arrival ?? arrivals.receive(req, res, signalOf(res));
          return receive().then((arrival) => {
            if (arrival === undefined) {
              // Nobody reads it.
              setRequestParser(() => Object(new fetchAPI.Response(null, { status: 400 })));
              return;
            }
            const { caller, params } = arrival;
            keep(caller);
            setRequestParser(() => Object(Array.isArray(params) ? params : requireParams(params)));
          });
        }
        if (request.method === 'GET' && requestParser) setRequestParser(rejectingBadJson(requestParser));
        const caller = arrivals.admit(req, signalOf(res));
        return caller instanceof Promise ? caller.then(keep) : keep(caller);
      },
    },
    of(request) {
      const caller = callers.get(request);
      if (caller === undefined) throw new Error('The request was not authenticated');
      return caller;
    },
  };
}

/** Yoga treats invalid JSON in the variables of a URL as an internal error. */
function rejectingBadJson<Args extends unknown[], Params>(parse: (...args: Args) => Params) {
  return async (...args: Args): Promise<Awaited<Params>> => {
    try {
      return await parse(...args);
    } catch {
      throw httpError(400, 'The variables and extensions in the URL must be valid JSON');
    }
  };
}
