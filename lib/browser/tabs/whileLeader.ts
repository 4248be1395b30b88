/**
 * Lets one tab at a time do something: the one that holds a Web Lock. The others wait for it, and the browser hands the
 * lock on when the tab is closed or crashes. Without Web Locks, as on pages of http, every tab does it.
 *
 * @param name the name of the lock
 * @param signal ends the wait for the lock. `lead` must end by itself when it aborts
 * @param lead what the leader does
 * @throws what `lead` throws
 */
export async function whileLeader(name: string, signal: AbortSignal, lead: () => Promise<void>): Promise<void> {
  const { locks } = navigator;
  if (locks === undefined) {
    await lead();
    return;
  }
  try {
    await locks.request(name, { signal }, lead);
  } catch (error) {
    if (!signal.aborted) {
      throw error;
    }
  }
}
