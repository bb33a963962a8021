/**
 * Spans for OpenTelemetry: one for each request or operation, and one for each REST call. Without an SDK, which `node --import`
 * loads before the server, these functions do nothing.
 */
import {
  type Context,
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { CallName } from '../rest/call-observer.ts';
import { fileCalls } from '../rest/file-calls.ts';
import { operations } from '../rest/operations.ts';

/** The span of a request or an operation. */
export interface OperationSpan {
  /** @param name the name of the operation in its document */
  setOperation(type: string, name: string | undefined): void;
  /** Begins the span of a REST call. */
  beginCall(name: CallName): CallSpan;
  /** @param code undefined if there was no error */
  end(code: string | undefined): void;
}

export interface CallSpan {
  /** With which the upstream continues the trace. */
  readonly headers: Record<string, string>;
  end(outcome: number | Error): void;
}

const CALLS: Readonly<Record<CallName, { readonly method: string; readonly path: string }>> = {
  ...operations,
  ...fileCalls,
};

const tracer = () => trace.getTracer('assistants-graphql');

/** @param headers those of the request, in which a client may name the trace to continue */
export function beginOperationSpan(headers: object): OperationSpan {
  const active = context.active();
  const hasParent = trace.getSpan(active) !== undefined;
  const parent = hasParent ? active : propagation.extract(active, headers);
  const kind = hasParent ? SpanKind.INTERNAL : SpanKind.SERVER;
  const span = tracer().startSpan('graphql', { kind }, parent);
  // What clients send as baggage is not for the upstream.
  return operationSpan(span, trace.setSpan(propagation.deleteBaggage(parent), span));
}

/** For the calls of watchers, which many operations share: each is a trace of its own. */
export function beginCallSpan(name: CallName): CallSpan {
  return callSpan(name, context.active());
}

function operationSpan(span: Span, own: Context): OperationSpan {
  return {
    setOperation(type, name) {
      if (!span.isRecording()) return;
      span.updateName(`graphql ${type}`);
      span.setAttribute('graphql.operation.type', type);
      if (name !== undefined) span.setAttribute('graphql.operation.name', name);
    },
    beginCall: (name) => callSpan(name, own),
    end(code) {
      if (code !== undefined) fail(span, code);
      span.end();
    },
  };
}

function callSpan(name: CallName, parent: Context): CallSpan {
  const { method, path } = CALLS[name];
  const span = tracer().startSpan(`${method} ${path}`, { kind: SpanKind.CLIENT }, parent);
  const headers: Record<string, string> = {};
  if (span.isRecording()) {
    span.setAttributes({ 'http.request.method': method, 'url.template': path, 'rest.operation': name });
    propagation.inject(trace.setSpan(parent, span), headers);
  }
  return {
    headers,
    end(outcome) {
      if (typeof outcome === 'number') span.setAttribute('http.response.status_code', outcome);
      if (outcome instanceof Error) fail(span, outcome.name);
      else if (outcome >= 400) fail(span, String(outcome));
      span.end();
    },
  };
}

function fail(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}
