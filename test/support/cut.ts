import { type ServerResponse, request as sendRequest } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import type { Call } from './upstream.ts';

/** Decides where a stream is cut. @param bytes all bytes so far @returns how many of them to send, or undefined for all */
export type CutAt = (bytes: Buffer) => number | undefined;

/** Forwards a request to the local API, and breaks the connection of the response where `cutAt` says. */
export function passOnCut(behind: string, call: Call, response: ServerResponse, cutAt: CutAt): void {
  const { method, path, headers, body } = call;
  const outgoing = sendRequest(behind + path, { method, headers }, (incoming) => {
    response.writeHead(incoming.statusCode ?? 500, incoming.headers);
    passUntilCut(incoming, response, cutAt);
    incoming.on('end', () => response.end());
    incoming.on('close', () => response.writableEnded || response.socket?.destroySoon());
  });
  outgoing.on('error', () => response.destroy());
  outgoing.end(body);
}

/** Passes on what comes `from` a connection, and breaks that where `cutAt` says. */
export function passUntilCut(from: Readable, to: Writable, cutAt: CutAt): void {
  let bytes = Buffer.alloc(0);
  from.on('data', (chunk: Buffer) => {
    const passed = bytes.length;
    bytes = Buffer.concat([bytes, chunk]);
    const end = cutAt(bytes);
    to.write(bytes.subarray(passed, end));
    if (end !== undefined) from.destroy();
  });
}

/** Cuts after this many events. */
export function afterEvents(count: number): CutAt {
  return (bytes) => {
    let end = 0;
    for (let events = 0; events < count; events++) {
      const blank = bytes.indexOf('\n\n', end);
      if (blank === -1) return undefined;
      end = blank + 2;
    }
    return end;
  };
}

/** Cuts inside the n-th character that is not ASCII, counted from 0. */
export function insideCharacter(index: number): CutAt {
  return (bytes) => {
    let found = -1;
    for (const [position, byte] of bytes.entries()) {
      // A lead byte of a sequence, not a byte that continues one.
      if (byte >= 0xc0 && ++found === index) return position + 1;
    }
    return undefined;
  };
}
