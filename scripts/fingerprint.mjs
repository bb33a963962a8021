import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Tells whether what is in a directory was built from the files that are there now.
 *
 * @param directory of the build, which keeps the fingerprint
 * @param sources files, and directories with all files in them
 */
export function createFingerprint(directory, sources) {
  const path = join(directory, '.built-from');
  const hash = createHash('sha256');
  for (const file of sources.flatMap(filesIn)) hash.update(`${file}\0`).update(readFileSync(file));
  const current = hash.digest('hex');
  return {
    isCurrent() {
      try {
        return readFileSync(path, 'utf8') === current;
      } catch {
        return false;
      }
    },
    write: () => writeFileSync(path, current),
  };
}

function filesIn(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}
