/**
 * Loaded into the server by `node --import`: reports how late its event loop has been since the last report, in milliseconds,
 * whenever it gets a message.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

/** Interval of the timer by which Node measures. It counts the interval as part of the delay. */
const RESOLUTION_MS = 10;

if (isMainThread && process.send) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const late = (nanoseconds) => Math.max(0, Math.round(nanoseconds / 1e6 - RESOLUTION_MS));
  process.on('message', () => {
    process.send({
      p50: late(delay.percentile(50)),
      p99: late(delay.percentile(99)),
      longest: late(delay.max),
    });
    delay.reset();
  });
  // The server ends although it could get further messages.
  process.channel.unref();
}
