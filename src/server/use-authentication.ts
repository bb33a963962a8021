import type { Plugin } from 'graphql-yoga';
import type { Admission } from '../admission/admission.ts';
import type { Caller, CallerReader } from './caller.ts';

/** Who sent a request. */
export interface RequestCallers {
  readonly plugin: Plugin;
  /** The caller of a request that the plugin has let through. */
  of(request: Request): Caller;
}

/** Authenticates and admits requests before their bodies are read. On WebSockets, socket-protocol.ts does. */
export function authenticateRequests({ ofRequest }: CallerReader, admission: Admission): RequestCallers {
  const callers = new WeakMap<Request, Caller>();
  return {
    plugin: {
      onRequestParse({ request }) {
        const caller = ofRequest(request);
        const keep = (known: Caller) => {
          const refusal = admission.admit(known.principal);
          if (refusal !== undefined) throw refusal;
          callers.set(request, known);
        };
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
