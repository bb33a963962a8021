/** What programs without this server do: each second, read the run and its messages. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Yields the text that has been added since the last second, until the run has ended. @param path of the run */
export async function* pollRun(upstream, path, signal) {
  const read = async (url) => (await fetch(upstream + url, { signal })).json();
  // Programs do not all begin in the same moment.
  await sleep(Math.random() * 1000, undefined, { signal });
  let seen = 0;
  for (;;) {
    const { status } = await read(path);
    const { data } = await read(`${path.split('/runs/')[0]}/messages`);
    const text = data[0]?.content[0]?.text.value ?? '';
    if (text.length > seen) yield text.slice(seen);
    seen = text.length;
    if (status === 'completed') return;
    await sleep(1000, undefined, { signal });
  }
}
