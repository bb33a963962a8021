/** What is held at the moment, as Prometheus reads it. */
import type { Transport } from './rest/transport.ts';
import type { Server } from './server.ts';
import type { Gauges } from './telemetry/metrics.ts';

export function gaugesOf(server: Pick<Server, 'counts'>, { traffic, circuit }: Transport): Gauges {
  const counts = server.counts();
  const upstream = traffic.counts();
  return {
    connections: { help: 'Open connections of clients, WebSockets included', value: counts.connections },
    websockets: { help: 'Open WebSockets', value: counts.webSockets },
    subscriptions: { help: 'Open subscriptions', value: counts.subscriptions },
    shared_events: { help: 'Events whose results are kept for subscribers', value: counts.sharedEvents },
    request_bytes: { help: 'Bytes of request bodies in memory', value: counts.requestBytes },
    response_bytes: { help: 'Bytes of responses that clients have not read', value: counts.responseBytes },
    watchers: { help: 'Runs that are watched, or whose events are kept', value: counts.watchers },
    polled_runs: { help: 'Runs that are polled', value: counts.polled },
    run_followers: { help: 'Subscriptions and operations that follow a run', value: counts.followers },
    run_streams: { help: 'Event streams of runs from the upstream', value: counts.streams },
    run_log_bytes: { help: 'Estimated bytes of the events of runs in memory', value: counts.logBytes },
    upstream_connections: { help: 'Connections to the upstream in use', value: upstream.connections },
    upstream_bytes: { help: 'Bytes of REST responses in memory', value: upstream.bytes },
    upstream_waiting: { help: 'REST calls that wait for a connection or memory', value: upstream.waiting },
    upstream_up: {
      help: '0 while requests fail at once, because the upstream is down',
      value: circuit.isOpen ? 0 : 1,
    },
  };
}
