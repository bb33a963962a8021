/** A rival: clients without a server, which poll the REST API. */
import { serveClients } from './clients.mjs';
import { pollRun } from './poll-run.mjs';

async function poll({ url, variables }, onMessage, signal) {
  try {
    for await (const text of pollRun(url, variables.id, signal)) onMessage(JSON.stringify({ text }));
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

serveClients(
  (request, onMessage) => {
    const controller = new AbortController();
    void poll(request, onMessage, controller.signal);
    return () => controller.abort();
  },
  () => {
    const { user, system } = process.cpuUsage();
    return { cpuMs: (user + system) / 1000 };
  },
);
