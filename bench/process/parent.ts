/** Sends the process that started this one a message; resolves once it is on its way. */
export function tellParent(message: object): Promise<void> {
  return new Promise((resolve, reject) => {
    if (process.send === undefined) {
      throw new Error('This program is started by the benchmark, not by hand.');
    }
    process.send(message, undefined, undefined, (error) => (error === null ? resolve() : reject(error)));
  });
}

/** Ends this process when the one that started it has ended, however that was. Ctrl-C is left to that one, too. */
export function endWithParent(): void {
  process.on('disconnect', () => process.exit());
  process.on('SIGINT', () => {});
}
