import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ListenOptions {
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** The settings that an error tells the reader to change, such as `PORT or HOST`. */
  readonly settings: string;
}

/** A server cannot listen on the address it was given. The message names the settings to change. */
export class ListenError extends Error {
  override name = 'ListenError';
}

/** Starts listening and returns the server's origin, such as `http://127.0.0.1:4000`. Throws a {@link ListenError}. */
export async function listen(server: Server, { host, port, settings }: ListenOptions): Promise<string> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    const inUse = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    const problem = inUse ? 'is already in use' : `cannot be used (${String(error)})`;
    throw new ListenError(`Port ${port} on ${host} ${problem}: change ${settings}.`);
  }
  return originOf(server.address() as AddressInfo);
}

function originOf({ address, port, family }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
