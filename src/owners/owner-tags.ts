import { createHmac, timingSafeEqual } from 'node:crypto';

/** What stands for an owner in the metadata of threads. Only who knows a secret of the deployment can make it. */
export interface OwnerTags {
  /** @param owner of a principal */
  of(owner: string): string;
  isOf(owner: string, tag: string | undefined): boolean;
}

/** @param secrets the first makes tags; those of all are accepted, so that a secret can be replaced */
export function createOwnerTags([secret = '', ...others]: readonly string[]): OwnerTags {
  const tagOf = (key: string, owner: string) =>
    `v1.${createHmac('sha256', key).update(owner).digest('base64url')}`;
  return {
    of: (owner) => tagOf(secret, owner),
    isOf(owner, tag = '') {
      const given = Buffer.from(tag);
      const accepted = [secret, ...others].map((key) => Buffer.from(tagOf(key, owner)));
      return accepted.some((each) => each.length === given.length && timingSafeEqual(each, given));
    },
  };
}
