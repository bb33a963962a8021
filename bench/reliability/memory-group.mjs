/** A memory control group: what a container with a memory limit is to the process in it. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';

const VERSIONS = [
  { root: '/sys/fs/cgroup/memory', max: 'memory.limit_in_bytes', most: 'memory.max_usage_in_bytes' },
  { root: '/sys/fs/cgroup', max: 'memory.max', most: 'memory.peak' },
];

/** @returns undefined if this machine does not allow it */
export function createMemoryGroup(mebibytes) {
  const { root, max, most } = VERSIONS.find(({ root }) => existsSync(root)) ?? {};
  const directory = `${root}/assistants-graphql-${process.pid}`;
  try {
    mkdirSync(directory);
    writeFileSync(`${directory}/${max}`, String(mebibytes * 2 ** 20));
  } catch {
    return undefined;
  }
  return {
    add: (pid) => writeFileSync(`${directory}/cgroup.procs`, String(pid)),
    /** The most that the processes in it have used so far, page cache included, in MiB. */
    most: () => Math.round(Number(readFileSync(`${directory}/${most}`, 'utf8')) / 2 ** 20),
    /** To be called once its processes have ended. */
    remove: () => rmdirSync(directory),
  };
}
