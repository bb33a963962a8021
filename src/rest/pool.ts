import { Pool } from 'undici';
import { Exchange, type ExchangeSignals, type Receiver } from './exchange.ts';
import type { Signal } from './signal.ts';

export interface HttpRequest extends Partial<ExchangeSignals> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Below the base URL, already encoded, with its query. */
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
  readonly signal: Signal;
}

/** Connections to one upstream, below its base URL. */
export interface UpstreamPool {
  /** Sends one request once. The receiver is told what becomes of it. */
  send(request: HttpRequest, receiver: Receiver): Exchange;
  close(): Promise<void>;
}

/** @param url base URL of the REST API @throws TypeError if it is invalid */
export function createPool(url: string, options: Pool.Options): UpstreamPool {
  const base = new URL(url);
  const root = base.pathname.replace(/\/+$/, '');
  const pool = new Pool(base.origin, { ...options, pipelining: 1, headersTimeout: 0 });
  return {
    send({ method, path, headers, body = null, signal, startSignal = signal }, receiver) {
      const exchange = new Exchange(receiver, { signal, startSignal });
      pool.dispatch({ method, path: root + path, headers, body }, exchange);
      return exchange;
    },
    close: () => pool.destroy(),
  };
}
