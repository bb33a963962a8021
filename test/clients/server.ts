/** Starts the server as `npm start` does, with the local API. Frontends see a server in this way only: by its URL. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = join(import.meta.dirname, '../../dist/main.js');

export interface Server {
  /** For requests. */
  readonly url: string;
  /** For WebSockets. */
  readonly socketUrl: string;
  close(): Promise<void>;
}

/** @param settings that differ from the defaults. @throws if the program ends before it serves the graph */
export async function startServer(settings: Record<string, string> = {}): Promise<Server> {
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'assistants-graphql-clients-'));
  const env = { DATA_DIR, PORT: '0', LOCAL_API_PORT: '0', OFFLINE_TOKEN_MS: '0', LOG_LEVEL: 'error' };
  const child = spawn(process.execPath, [PROGRAM], {
    env: { ...env, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  for await (const line of createInterface(child.stdout)) {
    const [, url] = /^GraphQL is served on (\S+)/.exec(line) ?? [];
    if (url === undefined) continue;
    return {
      url,
      socketUrl: url.replace('http', 'ws'),
      async close() {
        child.kill();
        await ended;
        await rm(DATA_DIR, { recursive: true });
      },
    };
  }
  throw new Error('The server ended before it served the graph: is dist/ up to date?');
}
