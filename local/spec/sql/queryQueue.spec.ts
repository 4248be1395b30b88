import { status } from '@grpc/grpc-js';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { StreamError } from '../../lib/ingest/streamError.ts';
import { interruptible } from '../../lib/sql/interruptible.ts';
import { QueryQueue } from '../../lib/sql/queryQueue.ts';

describe('QueryQueue', () => {
  it('gives up a query that takes too long, and says what to do instead', async () => {
    const queue = new QueryQueue(50);
    const duckDb = new DuckDb();
    try {
      const error: unknown = await queue
        .run(new AbortController().signal, (signal) =>
          interruptible(duckDb, signal, () => duckDb.run('SELECT count(*) FROM range(1000000000000)')),
        )
        .catch((reason: unknown) => reason);
      expect(error).toEqual(jasmine.any(StreamError));
      expect((error as StreamError).code).toBe(status.DEADLINE_EXCEEDED);
      expect((error as StreamError).message).toMatch(/given up after 0.05 s\. .*zerobus-local sql/);
      expect((await duckDb.run('SELECT 1')).currentRowCount).toBe(1);
    } finally {
      duckDb.close();
    }
  });

  it('runs one query at a time, in their order, even if one fails or its client has left', async () => {
    const queue = new QueryQueue(60_000);
    const left = new AbortController();
    left.abort(new Error('left'));
    const log: string[] = [];
    const run = (name: string, signal = new AbortController().signal) =>
      queue
        .run(signal, async () => {
          log.push(`${name} begins`);
          await new Promise((resolve) => setImmediate(resolve));
          log.push(`${name} ends`);
          if (name === 'b') {
            throw new Error('fails');
          }
        })
        .catch((error: Error) => log.push(`${name} ${error.message}`));
    await Promise.all([run('a'), run('b'), run('c', left.signal), run('d')]);
    expect(log.filter((line) => / (begins|ends)$/.test(line))).toEqual([
      'a begins',
      'a ends',
      'b begins',
      'b ends',
      'd begins',
      'd ends',
    ]);
    expect(log).toContain('b fails');
    expect(log).toContain('c left');
  });

  it('lets 16 queries wait, and takes another when one of them has left', async () => {
    const queue = new QueryQueue(60_000);
    let end: () => void = () => undefined;
    const running = queue.run(new AbortController().signal, () => new Promise<void>((resolve) => (end = resolve)));
    const clients = Array.from({ length: 16 }, () => new AbortController());
    const waiting = clients.map(({ signal }, index) => queue.run(signal, async () => index));
    const another = (): Promise<string> => queue.run(new AbortController().signal, async () => 'another');
    await expectAsync(another()).toBeRejectedWith(jasmine.objectContaining({ code: status.RESOURCE_EXHAUSTED }));

    clients[3]?.abort(new Error('left'));
    await expectAsync(waiting[3] as Promise<number>).toBeRejectedWithError('left');
    const taken = another();
    end();
    await running;
    expect(await taken).toBe('another');
    expect((await Promise.allSettled(waiting)).filter((result) => result.status === 'fulfilled').length).toBe(15);
  });
});
