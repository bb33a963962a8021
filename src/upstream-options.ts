import type { Config } from './config.ts';
import type { FilesOptions } from './rest/files.ts';
import type { TransportOptions } from './rest/transport.ts';

/** What the settings say about the connections to the upstream at `url`. */
export function transportOptions(config: Config, url: string): TransportOptions {
  return {
    url,
    connections: config.UPSTREAM_CONNECTIONS,
    maxBytes: config.MAX_UPSTREAM_BYTES,
    maxOperationBytes: config.MAX_OPERATION_BYTES,
    silenceMs: config.UPSTREAM_TIMEOUT_MS / 2,
  };
}

/** What the settings say about the connections for files. An upload and a download each take one. */
export function fileLimits({
  MAX_FILE_TRANSFERS,
  UPSTREAM_TIMEOUT_MS,
}: Config): Pick<FilesOptions, 'connections' | 'idleMs'> {
  return { connections: MAX_FILE_TRANSFERS, idleMs: UPSTREAM_TIMEOUT_MS };
}
