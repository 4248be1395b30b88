import { PassThrough } from 'node:stream';
import { VirtualTimeScheduler } from 'rxjs';
import type { RunProgress } from '../../../lib/cli/ingest/progressText.ts';
import { barText, bytesText, durationText, progressText } from '../../../lib/cli/ingest/progressText.ts';
import { showProgress } from '../../../lib/cli/ingest/showProgress.ts';

const progress: RunProgress = {
  read: 4000,
  settled: 2000,
  rejected: 5,
  outcome: 'durable',
  bytesRead: 600_000,
  bytesTotal: 1_200_000,
  bytesBefore: 200_000,
  elapsedMs: 10_000,
};

describe('The progress of ingest', () => {
  it('is bytes, records, durable and rejected ones, rate and time left', () => {
    // Of the 400 kB that were read, half is durable after 10 s. 800 kB are left.
    expect(progressText(progress)).toBe(
      '600.0 kB of 1.2 MB, 4,000 records, 1,995 durable, 5 rejected, 200/s, 40s left',
    );
    expect(progressText({ ...progress, bytesTotal: undefined, rejected: 0 })).toBe(
      '600.0 kB, 4,000 records, 2,000 durable, 200/s',
    );
    expect(progressText({ ...progress, read: 0, settled: 0, rejected: 0, elapsedMs: 0 })).toBe(
      '600.0 kB of 1.2 MB, 0 records, 0 durable, 0/s',
    );
  });

  it('has units that fit', () => {
    expect([0, 999, 1000, 1_500_000, 2e9, 3e12, 4e15].map(bytesText)).toEqual([
      ...['0 B', '999 B', '1.0 kB', '1.5 MB', '2.0 GB', '3.0 TB', '4000.0 TB'],
    ]);
    expect([0, 1449, 59_000, 65_000, 7_380_000].map(durationText)).toEqual(['0.0s', '1.4s', '59s', '1m05s', '2h03m']);
  });

  it('is a line every ten seconds if there is no terminal', () => {
    const scheduler = new VirtualTimeScheduler();
    const lines: string[] = [];
    const context = { stderr: new PassThrough(), printError: (line: string) => lines.push(line) };
    const shown = showProgress(context, () => progress, scheduler);
    scheduler.schedule(() => shown.subscription.unsubscribe(), 35_000);
    scheduler.flush();
    expect(lines).toEqual(new Array(3).fill(progressText(progress)));
  });

  it('is a bar with what fits the width of a terminal, the time left to the last', () => {
    expect(barText(progress, 120)).toBe(`${'█'.repeat(10)}${'░'.repeat(10)} 50% ${progressText(progress)}`);
    expect(barText(progress, 92)).toBe(`█████░░░░ 50% ${progressText(progress)}`);
    expect(barText(progress, 80)).toBe(
      '█████████░░░░░░░░ 50% 4,000 records, 1,995 durable, 5 rejected, 200/s, 40s left',
    );
    expect(barText(progress, 40)).toBe('████░░░ 50% 5 rejected, 200/s, 40s left');
    expect(barText(progress, 5)).toBe('50% ');
    expect(barText({ ...progress, bytesTotal: undefined }, 120)).toBe(
      progressText({ ...progress, bytesTotal: undefined }),
    );
  });

  it('is below the lines that are printed meanwhile, and leaves none of its own', () => {
    const scheduler = new VirtualTimeScheduler();
    const output: string[] = [];
    const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 40 });
    stderr.on('data', (text) => output.push(`${text}`));
    const shown = showProgress({ stderr, printError: (line) => stderr.write(`${line}\n`) }, () => progress, scheduler);
    shown.printError('A line.');
    stderr.columns = 80;
    scheduler.schedule(() => shown.subscription.unsubscribe(), 300);
    scheduler.flush();
    const clear = '\r\u001b[K';
    const narrow = `${clear}${barText(progress, 40)}`;
    expect(output.join('')).toBe(`${narrow}${clear}A line.\n${narrow}${clear}${barText(progress, 80)}${clear}`);
  });
});
