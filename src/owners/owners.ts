/** OWNERS=metadata: each thread belongs to the principal who created it, and does not exist for others. */
import type { Principal } from '../context.ts';
import type { RestClient } from '../rest/client.ts';
import type { CredentialRuns } from '../runs/runs.ts';
import { guardRest } from './guarded-rest.ts';
import { KnownOwners } from './known-threads.ts';
import { createOwnerTags } from './owner-tags.ts';
import { ThreadAccess } from './thread-access.ts';

/** What reaches threads. */
export interface ThreadClients {
  readonly rest: RestClient;
  readonly runs: CredentialRuns;
}

export interface Owners {
  /** The same clients for one operation of a principal, without the threads of others. */
  guard(principal: Principal, clients: ThreadClients): ThreadClients;
}

/** @param secrets as those of `createOwnerTags` */
export function createOwners(secrets: readonly string[]): Owners {
  const tags = createOwnerTags(secrets);
  const known = new KnownOwners();
  return {
    guard({ id, owner }, { rest, runs }) {
      const access = new ThreadAccess(rest, known.of(id), (thread) => tags.isOf(owner, thread.owner));
      return { rest: guardRest(rest, access, tags.of(owner)), runs: guardRuns(runs, access) };
    },
  };
}

/** Runs are followed by clients of their own, which are shared by all principals with the same credential. */
function guardRuns(runs: CredentialRuns, access: ThreadAccess): CredentialRuns {
  return {
    ...runs,
    async follow(ids, options) {
      await access.require(ids.thread_id);
      return runs.follow(ids, options);
    },
    async followStatus(ids, options) {
      await access.require(ids.thread_id);
      return runs.followStatus(ids, options);
    },
    async waitForEnd(ids, signal) {
      await access.require(ids.thread_id);
      return runs.waitForEnd(ids, signal);
    },
  };
}
