/** Lets the parent process ask what this one used so far, and ends with it. @param ready sent first */
export function reportUsage(ready) {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send({ cpuMs: (user + system) / 1000 });
  });
  process.on('disconnect', () => process.exit());
  process.send(ready);
}
