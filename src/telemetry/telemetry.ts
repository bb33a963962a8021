/** What is known of each request and operation, for the log, metrics and traces. */
import type { GraphQLError } from 'graphql';
import type { Logger } from 'pino';
import type { CallName, CallObserver, ObservedCall } from '../rest/call-observer.ts';
import { DISCONNECTED } from './labels.ts';
import type { Metrics } from './metrics.ts';
import { beginCallSpan, beginOperationSpan, type CallSpan, type OperationSpan } from './tracing.ts';

/** One request, or one operation of a WebSocket, from its arrival to its end. */
export interface Observation {
  /** Sent with the response and with each REST call. */
  readonly requestId: string;
  /** Of what kind it is, once that is known. @param name that of a GraphQL operation */
  setOperation(type: OperationType, name?: string): void;
  /** The first error that this is called with is the one that counts. */
  setErrors(errors: readonly Pick<GraphQLError, 'extensions'>[] | undefined): void;
  /** For its REST calls. */
  readonly calls: CallObserver;
  /** Logs it. Later calls do nothing. @param status of the HTTP response. 0 if the client left before its end */
  end(status?: number): void;
}

export type OperationType = 'query' | 'mutation' | 'subscription' | 'upload' | 'download' | 'page' | 'probe';

export interface Arrival {
  readonly transport: 'http' | 'websocket';
  readonly requestId: string;
  /** Headers in which a client may name the trace to continue. */
  readonly headers: object;
}

export interface Telemetry {
  begin(arrival: Arrival): Observation;
  /** For the calls of watchers, which many operations share. */
  readonly watching: CallObserver;
}

export interface TelemetryOptions {
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  /** Whether names of operations become labels: only if clients cannot make up names. */
  readonly hasTrustedNames: boolean;
}

/** Names can be as long as documents. */
const MAX_NAME_LENGTH = 100;

export function createTelemetry(options: TelemetryOptions): Telemetry {
  const { metrics } = options;
  return {
    begin: (arrival) => new Observed(arrival, options),
    watching: {
      begin: (name) => observeCall(name, beginCallSpan(name), metrics),
      outcomeUnknown: (name) => metrics?.outcomeUnknown(name),
    },
  };
}

function observeCall(name: CallName, span: CallSpan, metrics: Metrics | undefined): ObservedCall {
  const startedAt = performance.now();
  return {
    headers: span.headers,
    end(outcome) {
      span.end(outcome);
      metrics?.call(name, outcome, (performance.now() - startedAt) / 1000);
    },
  };
}

class Observed implements Observation {
  readonly requestId: string;
  readonly calls: CallObserver;
  readonly #transport: Arrival['transport'];
  readonly #options: TelemetryOptions;
  readonly #span: OperationSpan;
  readonly #startedAt = performance.now();
  #type: OperationType | undefined;
  #name: string | undefined;
  #code: string | undefined;
  #callCount = 0;
  #hasEnded = false;

  constructor({ transport, requestId, headers }: Arrival, options: TelemetryOptions) {
    this.#transport = transport;
    this.requestId = requestId;
    this.#options = options;
    this.#span = beginOperationSpan(headers);
    this.calls = {
      begin: (name) => this.#beginCall(name),
      outcomeUnknown: (name) => options.metrics?.outcomeUnknown(name),
    };
  }

  setOperation(type: OperationType, name?: string): void {
    this.#type = type;
    this.#name = name?.slice(0, MAX_NAME_LENGTH);
    this.#span.setOperation(type, this.#name);
  }

  setErrors(errors: readonly Pick<GraphQLError, 'extensions'>[] | undefined): void {
    const code = errors?.[0]?.extensions.code;
    if (typeof code === 'string') this.#code ??= code;
  }

  end(status?: number): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    // Subscriptions end like that.
    if (status === 0 && this.#type !== 'subscription') this.#code ??= DISCONNECTED;
    this.#span.end(this.#code);
    const { log, metrics, hasTrustedNames } = this.#options;
    const [type, name, code] = [this.#type, this.#name, this.#code];
    const transport = this.#transport === 'http' && type === 'subscription' ? 'sse' : this.#transport;
    const ms = performance.now() - this.#startedAt;
    metrics?.operation({
      type: type ?? 'none',
      transport,
      operation: (hasTrustedNames && name) || 'other',
      code: code ?? 'OK',
      seconds: ms / 1000,
    });
    log[type === 'probe' ? 'debug' : 'info'](
      {
        requestId: this.requestId,
        transport,
        type,
        operation: name,
        status: status || undefined,
        code,
        calls: this.#callCount,
        ms: Math.round(ms * 10) / 10,
      },
      'request',
    );
  }

  #beginCall(name: CallName): ObservedCall {
    this.#callCount++;
    const call = observeCall(name, this.#span.beginCall(name), this.#options.metrics);
    return { ...call, headers: { ...call.headers, 'x-request-id': this.requestId } };
  }
}
