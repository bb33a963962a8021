/**
 * Sends `{ __typename }` every 10 ms, one at a time, and reports how long each took, and how long the server's main thread ran
 * meanwhile: on a busy machine it does not run all the time. Started by processes.mjs with the URL and the process ID.
 */
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { constants, setPriority } from 'node:os';

const INTERVAL_MS = 10;
const BODY = '{"query":"{ __typename }"}';
const HEADERS = { 'content-type': 'application/json', 'content-length': String(BODY.length) };

const [, , url, pid] = process.argv;
try {
  // So that it does not wait for other jobs of the machine.
  setPriority(constants.priority.PRIORITY_HIGHEST);
} catch {
  // Not permitted.
}
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let waits = [];
let pending;

/** How long the server's main thread has run so far, in milliseconds. */
function runTime() {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    // The server has crashed.
    return 0;
  }
}

/** Fulfilled after the whole response, or once the connection failed. */
function send() {
  return new Promise((resolve) => {
    const outgoing = request(url, { method: 'POST', agent, headers: HEADERS }, (response) => {
      response.resume().once('close', resolve);
    });
    outgoing.on('error', resolve);
    outgoing.end(BODY);
  });
}

async function probe() {
  pending = { sentAt: performance.now(), ranBefore: runTime() };
  await send();
  const wait = waitOf(pending);
  pending = undefined;
  waits.push(wait);
  setTimeout(probe, Math.max(0, INTERVAL_MS - wait.ms));
}

const waitOf = ({ sentAt, ranBefore }) => ({ ms: performance.now() - sentAt, ran: runTime() - ranBefore });

process.on('message', () => {
  // A response that has not come yet counts for as long as it has been waited for.
  process.send(pending === undefined ? waits : [...waits, waitOf(pending)]);
  waits = [];
});
process.on('disconnect', () => process.exit());
probe();
