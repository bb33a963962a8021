import { randomBytes } from 'node:crypto';
import type { CallObserver } from '../rest/call-observer.ts';
import { AbortedError } from '../rest/errors.ts';
import { Cancellation } from '../rest/signal.ts';
import type { StreamTransport } from '../rest/stream-transport.ts';
import type { Transport } from '../rest/transport.ts';
import { createUpstreamAccess } from './access.ts';
import { type Clock, createSystemClock } from './clock.ts';
import { createCredentialRuns } from './credential-runs.ts';
import { createEpoch } from './cursor.ts';
import { DEFAULT_LIMITS, type RunLimits } from './limits.ts';
import type { OpenLog } from './log.ts';
import { createMemoryLog } from './memory-log.ts';
import type { Credential, CredentialRuns, Runs } from './runs.ts';
import { createWatcherPool } from './watcher-pool.ts';
import { Watchers } from './watchers.ts';

export interface RunsOptions {
  /** For polls. */
  readonly transport: Transport;
  /** For streams. If undefined, no request asks for a stream. The caller closes it. */
  readonly streams?: StreamTransport | undefined;
  readonly clock?: Clock;
  readonly limits?: Partial<RunLimits>;
  /** Creates the log of a run; in memory by default. */
  readonly openLog?: OpenLog;
  /** Called with a path such as `/threads/ID/runs/ID` before a new status is delivered: earlier reads of it are outdated. */
  readonly onStatusChange?: (path: string) => void;
  /** Of the requests that watchers send. */
  readonly observer?: CallObserver | undefined;
}

/** Credentials without watchers that are kept. */
const MAX_CREDENTIALS = 10_000;

interface Member {
  readonly watchers: Watchers;
  readonly runs: CredentialRuns;
  usedAt: number;
}

/** Watches runs for one process. Sends nothing and starts no timer until a run is followed or started. */
export function createRuns(options: RunsOptions): Runs {
  const {
    transport,
    streams,
    clock = createSystemClock(),
    onStatusChange = () => undefined,
    observer,
  } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const openLog = options.openLog ?? (async (ids) => createMemoryLog(ids, createEpoch(randomBytes(6))));
  const pool = createWatcherPool(clock, limits);
  const members = new Map<string, Member>();
  let dropAt = 0;
  const closing = new Cancellation();

  const join = (credential: Credential): Member => {
    const access = createUpstreamAccess({
      transport,
      credential,
      clock,
      limits,
      closing,
      observer,
    });
    const watchers = new Watchers({ access, pool, openLog, onStatusChange });
    return { watchers, runs: createCredentialRuns(watchers, streams), usedAt: 0 };
  };

  /** With passthrough authentication, credentials come and go with their clients, and may be any text. */
  const dropUnused = () => {
    if (members.size >= MAX_CREDENTIALS) dropOldest();
    if (clock.now() < dropAt) return;
    dropAt = clock.now() + limits.eventsTtlMs;
    const usedBefore = clock.now() - limits.eventsTtlMs;
    for (const [key, { watchers, usedAt }] of members) {
      if (watchers.size === 0 && usedAt < usedBefore) members.delete(key);
    }
  };

  /** The one without watchers that was not used for longest. */
  const dropOldest = () => {
    for (const [key, { watchers }] of members) {
      if (watchers.size === 0) return members.delete(key);
    }
  };

  return {
    of(credential) {
      const key = JSON.stringify([credential.apiKey, credential.organization, credential.beta]);
      const known = members.get(key);
      if (known === undefined) dropUnused();
      const member = known ?? join(credential);
      // In the order of their last use.
      members.delete(key);
      members.set(key, member);
      member.usedAt = clock.now();
      return member.runs;
    },
    counts: () => ({ ...pool.counts(), streams: streams?.open ?? 0 }),
    async close() {
      closing.abort(new AbortedError('The server is closing'));
      pool.close();
    },
  };
}
