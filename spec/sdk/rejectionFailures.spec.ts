import { EMPTY, NEVER, type ObservableInput, of, throwError } from 'rxjs';
import { openStream, outcomeOf } from '../support/refusingStream.ts';

describe('ZerobusStream with rejected, when it fails', () => {
  it('fails with REJECTION_FAILED if a record cannot be taken in, and hands it back', async () => {
    const full = new Error('the disk is full');
    const { stream, scheduler } = await openStream({ rejected: () => throwError(() => full) });
    const promises = ['{"n":0}', '{"bad":1}', '{"n":2}'].map((record) => outcomeOf(stream.ingestRecord(record)));
    scheduler.flush();
    expect(await Promise.all(promises)).toEqual([0, 'REJECTION_FAILED 1', 'REJECTION_FAILED 1']);
    expect(stream.stats.state).toBe('failed');
    expect(await stream.getUnackedRecords()).toEqual(['{"bad":1}', '{"n":2}']);
  });

  it('hands back what is not taken in, and a recreated stream rejects it again', async () => {
    const taken: unknown[] = [];
    let takes: ObservableInput<unknown> = NEVER;
    const { stream, service, scheduler, sdk } = await openStream({
      rejected: ({ value, record, offset }) => {
        taken.push([value, record, offset]);
        return takes;
      },
      flushTimeoutMs: 5000,
    });
    const promises = [
      stream.ingestRecord('{"n":0}'),
      stream.ingestRecord('{"bad":1}'),
      stream.ingestRecords(['{"bad":2}', '{"n":2}']),
      stream.ingestRecord('{"n":3}'),
    ].map(outcomeOf);
    outcomeOf(stream.close());
    scheduler.flush();
    expect(await Promise.all(promises)).toEqual([
      0,
      'FLUSH_TIMEOUT undefined',
      'FLUSH_TIMEOUT undefined',
      'FLUSH_TIMEOUT undefined',
    ]);
    // The last one is durable, but an earlier one is not taken in: its promise could not resolve.
    expect(await stream.getUnackedBatches()).toEqual([['{"bad":1}'], ['{"bad":2}', '{"n":2}']]);
    expect(service.rows).toContain('{"n":3}');

    taken.length = 0;
    takes = of(1);
    const creation = sdk.recreateStream(stream);
    scheduler.flush();
    const again = await creation;
    const added = again.ingestRecord({ bad: 'too' });
    scheduler.flush();
    expect(await outcomeOf(added)).toBe('INVALID_ARGUMENT 2');
    expect(taken).toEqual([
      ['{"bad":1}', '{"bad":1}', 0],
      [['{"bad":2}', '{"n":2}'], ['{"bad":2}', '{"n":2}'], 1],
      [{ bad: 'too' }, '{"bad":"too"}', 2],
    ]);
    expect(await outcomeOf(again.waitForOffset(1))).toBe('INVALID_ARGUMENT 1');
  });

  it('hands back a record as it was, although the memory of its batch is used again', async () => {
    const { stream, scheduler } = await openStream({
      rejected: () => NEVER,
      flushTimeoutMs: 100_000,
      maxBatchBytes: 100_000,
    });
    const flush = (): void => {
      scheduler.maxFrames = scheduler.frame + 100;
      scheduler.flush();
    };
    // The memory of a stream grows to that of a full batch, and one record of this size fills it.
    for (let n = 0; n < 3000; n++) {
      outcomeOf(stream.ingestRecord(`{"n":"${'x'.repeat(100)}"}`));
    }
    flush();
    const bad = `{"bad":"${'x'.repeat(90_000)}"}`;
    outcomeOf(stream.ingestRecord(bad));
    flush();
    expect(stream.stats.inflightRecords).toBe(0);
    for (let n = 0; n < 5; n++) {
      outcomeOf(stream.ingestRecord(`{"good":"${`${n}`.repeat(90_000)}"}`));
      flush();
    }
    outcomeOf(stream.close());
    scheduler.maxFrames = Number.POSITIVE_INFINITY;
    scheduler.flush();
    const unacked = await stream.getUnackedRecords();
    expect(unacked.map((record) => record === bad)).toEqual([true]);
  });

  it('fails as before without the option, or without recovery', async () => {
    for (const options of [{}, { rejected: () => undefined, recovery: false }]) {
      const { stream, scheduler } = await openStream(options);
      const promise = outcomeOf(stream.ingestRecord('{"bad":0}'));
      scheduler.flush();
      expect(await promise).toBe('INVALID_ARGUMENT 0');
      expect(stream.stats.state).toBe('failed');
      expect(await stream.getUnackedRecords()).toEqual(['{"bad":0}']);
    }
  });

  it('fails with TOO_MANY_REJECTIONS, and the taken in offsets keep their refusals', async () => {
    const { stream, scheduler } = await openStream({
      maxRejectionsInARow: 2,
      rejected: ({ offset }) => (offset === 0 ? NEVER : EMPTY),
    });
    const promises = Array.from({ length: 4 }, (_, n) => outcomeOf(stream.ingestRecord(`{"bad":${n}}`)));
    scheduler.flush();
    expect(await Promise.all(promises)).toEqual([
      'TOO_MANY_REJECTIONS undefined',
      'INVALID_ARGUMENT 1',
      'TOO_MANY_REJECTIONS undefined',
      'TOO_MANY_REJECTIONS undefined',
    ]);
    expect(await stream.getUnackedRecords()).toEqual(['{"bad":0}', '{"bad":2}', '{"bad":3}']);
  });
});
