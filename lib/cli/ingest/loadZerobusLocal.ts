/**
 * Loads the package `zerobus-local`, which is installed only by users that want a server on their machine.
 *
 * @throws `Error` that says how it is installed if it is missing
 */
export async function loadZerobusLocal(): Promise<typeof import('zerobus-local')> {
  try {
    return await import('zerobus-local');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes("'zerobus-local'")) {
      throw error;
    }
    throw new Error(
      '--local needs the package zerobus-local beside this one. Install both: npm install rxjs-zerobus zerobus-local. Or run both: npx --package rxjs-zerobus --package zerobus-local rxjs-zerobus ingest.',
    );
  }
}
