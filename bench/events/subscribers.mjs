/**
 * Clients that subscribe on a WebSocket each.
 *
 * Of `every` sockets, one is measured. The others are read once a second, a few at a time: a process needs longer to read a
 * thousand sockets than a server to write to them, and would measure itself.
 */
import { serveClients } from './clients.mjs';
import { openSocket } from './socket.mjs';

const TURNS = 50;
const turns = Array.from({ length: TURNS }, () => new Set());
let turn = 0;
setInterval(() => {
  for (const connection of turns[turn]) connection.pause();
  turn = (turn + 1) % TURNS;
  for (const connection of turns[turn]) connection.resume();
}, 1000 / TURNS);

serveClients(({ url, query, variables, number, every }, onMessage) => {
  const isMeasured = number % every === Math.floor(every / 2);
  const peers = turns[number % TURNS];
  return new Promise((resolve, reject) => {
    const { connection, send } = openSocket(url, (message) => {
      if (message.startsWith('{"type":"connection_ack"')) {
        send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables } }));
        if (!isMeasured) peers.add(connection.pause());
        resolve(() => {
          peers.delete(connection);
          connection.destroy();
        });
      } else if (isMeasured) onMessage(message);
    });
    connection.on('error', reject);
    send('{"type":"connection_init"}');
  });
});
