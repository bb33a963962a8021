import { type ServerResponse, request as sendRequest } from 'node:http';
import type { Call } from '../../support/upstream.ts';

/** Where a stream is cut: given all bytes so far, how many may pass, or undefined while all may. */
export type CutAt = (bytes: Buffer) => number | undefined;

/** Passes a request on to the API behind, and breaks the connection of the response where `cutAt` says. */
export function passOnCut(behind: string, call: Call, response: ServerResponse, cutAt: CutAt): void {
  const { method, path, headers, body } = call;
  const outgoing = sendRequest(behind + path, { method, headers }, (incoming) => {
    response.writeHead(incoming.statusCode ?? 500, incoming.headers);
    let bytes = Buffer.alloc(0);
    incoming.on('data', (chunk: Buffer) => {
      const passed = bytes.length;
      bytes = Buffer.concat([bytes, chunk]);
      const end = cutAt(bytes);
      response.write(bytes.subarray(passed, end));
      // The bytes before the cut arrive; the end of the response does not.
      if (end !== undefined) incoming.destroy();
    });
    incoming.on('end', () => response.end());
    incoming.on('close', () => response.writableEnded || response.socket?.destroySoon());
  });
  outgoing.on('error', () => response.destroy());
  outgoing.end(body);
}

/** Cuts after so many whole events. */
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

/** Cuts inside the character that starts at the n-th byte of more than one, counted from 0. */
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
