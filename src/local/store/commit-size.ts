/** How long a commit may take, so that it does not hold up requests. */
const SLICE_MS = 5;

/** How many rows to write at once, after `size` of them took as long as since `start`. Rows may be tiny or have a megabyte. */
export function nextCommitSize(size: number, start: number, max: number): number {
  return performance.now() - start > SLICE_MS ? Math.ceil(size / 2) : Math.min(size * 2, max);
}
