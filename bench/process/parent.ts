/** Sends a message to the process that started this one. Resolves once it is sent. */
export function sendToParent(message: object): Promise<void> {
  return new Promise((resolve, reject) => {
    if (process.send === undefined) {
      throw new Error('This program must be started by the benchmark: run npm run bench.');
    }
    process.send(message, undefined, undefined, (error) => (error === null ? resolve() : reject(error)));
  });
}

/** Ends this process when the process that started it has ended for any reason. Ctrl-C is also left to that process. */
export function endWithParent(): void {
  process.on('disconnect', () => process.exit());
  process.on('SIGINT', () => {});
}
