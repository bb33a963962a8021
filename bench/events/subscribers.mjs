/** Opens sockets that subscribe to one run, and measures how long each piece of text took from upstream to here. */
import { WebSocket } from 'ws';

const now = () => performance.timeOrigin + performance.now();
let sockets = [];
let latencies = [];
let messages = 0;

function open(url, query, variables) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws');
    socket.on('open', () => socket.send('{"type":"connection_init"}'));
    socket.on('error', reject);
    socket.on('message', (data) => {
      const text = String(data);
      if (text.startsWith('{"type":"connection_ack"')) {
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables } }));
        resolve(socket);
        return;
      }
      // Pieces that were merged, since their subscriber was behind, come as one message.
      const sent = /"text":"([\d. ]+) "/.exec(text)?.[1];
      if (sent === undefined) return;
      messages++;
      for (const sentAt of sent.split(' ')) latencies.push(now() - Number(sentAt));
    });
  });
}

process.on('message', async ({ count, url, query, variables, close, peek }) => {
  if (count !== undefined) {
    // Opened in small groups: a server's backlog is short.
    for (let opened = 0; opened < count; opened += 50) {
      const group = Array.from({ length: Math.min(50, count - opened) }, () => open(url, query, variables));
      sockets.push(...(await Promise.all(group)));
    }
    process.send({ open: sockets.length });
  } else if (close) {
    for (const socket of sockets) socket.terminate();
    sockets = [];
    process.send({ closed: true });
  } else if (peek) {
    process.send({ messages, pieces: latencies.length });
  } else {
    const sorted = latencies.toSorted((a, b) => a - b);
    const at = (share) => sorted[Math.floor((sorted.length - 1) * share)];
    process.send({ p50: at(0.5), p99: at(0.99) });
    latencies = [];
    messages = 0;
  }
});
process.send({ ready: true });
