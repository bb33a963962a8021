/** Lets the parent process ask what this one uses. Start it with --expose-gc. */
export function reportUsage(ready) {
  process.on('message', ({ gc }) => {
    // Collecting garbage before a measurement of latency would make the first events of it slow.
    if (gc) global.gc();
    const { rss, heapUsed } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    process.send({ rss, heapUsed, cpuMs: (user + system) / 1000 });
  });
  process.send(ready);
}
