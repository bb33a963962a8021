/** A process of clients: opens them, and reports how long each piece of text took from upstream to them. */

const now = () => performance.timeOrigin + performance.now();

/**
 * Does what the parent process asks for.
 *
 * @param open opens a client, and calls `onMessage` with each message that has a text. @returns what closes it
 * @param usage added to each report
 */
export function serveClients(open, usage = () => ({})) {
  let clients = [];
  /** When a message arrived, and the message, in turns. They are parsed later, so that parsing delays no arrival. */
  let arrivals = [];
  const onMessage = (message) => arrivals.push(now(), message);

  async function openAll({ count, variables, ...request }) {
    // Opened in small groups: a server's backlog is short.
    for (let opened = 0; opened < count; opened += 50) {
      const group = Array.from({ length: Math.min(50, count - opened) }, (_, index) => {
        const own = variables[Math.floor(((opened + index) * variables.length) / count)];
        return open({ ...request, number: clients.length + index, variables: own }, onMessage);
      });
      clients.push(...(await Promise.all(group)));
    }
  }

  process.on('message', async ({ count, close, peek, ...request }) => {
    if (count !== undefined) await openAll({ count, ...request });
    else if (close) {
      for (const stop of clients) stop();
      clients = [];
    } else if (!peek) {
      process.send({ ...report(arrivals), ...usage() });
      arrivals = [];
      return;
    }
    process.send({ open: clients.length, arrivals: arrivals.length / 2 });
  });
  process.send({ ready: true });
}

function report(arrivals) {
  const messages = [];
  for (let index = 0; index < arrivals.length; index += 2) {
    const sent = /"text":"([\d. ]+) "/.exec(arrivals[index + 1])?.[1];
    // Pieces that were merged, since their subscriber was behind, come as one message.
    if (sent !== undefined) messages.push(sent.split(' ').map((sentAt) => arrivals[index] - sentAt));
  }
  const latencies = messages.flat().sort((a, b) => a - b);
  const at = (share) => latencies[Math.floor((latencies.length - 1) * share)];
  return { messages: messages.length, pieces: latencies.length, p50: at(0.5), p99: at(0.99) };
}
