/**
 * The least that a client of graphql-transport-ws needs. Thousands of them share a core with the REST API here, and with a
 * library each message would take longer to receive than to send.
 */
import { connect } from 'node:net';

const TEXT = 1;
const PING = 9;
const PONG = 10;
const HEADERS = [
  'connection: Upgrade',
  'upgrade: websocket',
  'sec-websocket-version: 13',
  'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-protocol: graphql-transport-ws',
];
/** Sockets are read one after the other, so that they can share it. */
const buffer = Buffer.alloc(64 * 1024);

/** @param onMessage called with each message of the server @returns the connection, and what sends a message on it */
export function openSocket(url, onMessage) {
  const { host, hostname, port, pathname } = new URL(url);
  let isUpgraded = false;
  let incomplete;
  const read = (length) => {
    let data = buffer.subarray(0, length);
    if (incomplete !== undefined) data = Buffer.concat([incomplete, data]);
    let start = 0;
    if (!isUpgraded) {
      start = data.indexOf('\r\n\r\n') + 4;
      isUpgraded = start > 3;
    }
    if (isUpgraded) start = readFrames(data, start, onFrame);
    incomplete = start < data.length ? Buffer.from(data.subarray(start)) : undefined;
    return true;
  };
  const connection = connect({ host: hostname, port, onread: { buffer, callback: read } });
  const onFrame = (opcode, data, start, end) => {
    if (opcode === TEXT) onMessage(data.latin1Slice(start, end));
    if (opcode === PING) connection.write(frame(PONG, data.subarray(start, end)));
  };
  connection.write([`GET ${pathname} HTTP/1.1`, `host: ${host}`, ...HEADERS, '\r\n'].join('\r\n'));
  return { connection, send: (message) => connection.write(frame(TEXT, Buffer.from(message))) };
}

/** @returns where the first incomplete frame starts */
function readFrames(data, from, onFrame) {
  for (let at = from; ; ) {
    const isLong = data[at + 1] === 126;
    const start = at + (isLong ? 4 : 2);
    if (data.length < start) return at;
    const end = start + (isLong ? data.readUInt16BE(at + 2) : data[at + 1]);
    if (data.length < end) return at;
    onFrame(data[at] & 15, data, start, end);
    at = end;
  }
}

/** A frame of a client. Its mask is zero. */
function frame(opcode, payload) {
  const isLong = payload.length > 125;
  const head = Buffer.alloc(isLong ? 8 : 6);
  head[0] = 0x80 | opcode;
  head[1] = 0x80 | (isLong ? 126 : payload.length);
  if (isLong) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}
