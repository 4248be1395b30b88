import { asyncScheduler } from 'rxjs';
import { AckWatchdog } from '../../lib/stream/ackWatchdog.ts';
import { setClockBy } from '../support/setClock.ts';

const HOUR_MS = 3_600_000;
const after = (ms: number, act: () => void): void => void setTimeout(act, ms);

describe('AckWatchdog', () => {
  it('fires in time if the clock of the machine is set back', async () => {
    await new Promise<void>((resolve) => {
      const watchdog = new AckWatchdog(50, asyncScheduler, resolve);
      watchdog.onFirstInFlight();
      setClockBy(-HOUR_MS);
    });
    expect().nothing();
  });

  it('does not fire early if the clock of the machine is set forward', async () => {
    const log: string[] = [];
    await new Promise<void>((resolve) => {
      const watchdog = new AckWatchdog(200, asyncScheduler, () => {
        log.push('timeout');
        resolve();
      });
      watchdog.onFirstInFlight();
      after(100, () => {
        watchdog.onProgress(true);
        setClockBy(HOUR_MS);
        // Later than the first timer of the watchdog, and earlier than its timeout.
        after(150, () => log.push('still in time'));
      });
    });
    expect(log).toEqual(['still in time', 'timeout']);
  });

  it('sees what became durable before a timer that is overdue', async () => {
    const log: string[] = [];
    await new Promise<void>((resolve) => {
      const watchdog = new AckWatchdog(20, asyncScheduler, () => {
        log.push('timeout');
        resolve();
      });
      watchdog.onFirstInFlight();
      // The timer is overdue, and the progress comes with the events that are read after it.
      const until = performance.now() + 50;
      while (performance.now() < until) {}
      setImmediate(() => {
        watchdog.onProgress(false);
        log.push('durable');
        resolve();
      });
    });
    expect(log).toEqual(['durable']);
  });
});
