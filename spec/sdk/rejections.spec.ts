import { EMPTY, Subject, timer } from 'rxjs';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { isSettled, nextTurn, rejectionOf } from '../support/promises.ts';
import { openStream, outcomeOf, type SdkRejection } from '../support/refusingStream.ts';
import { ScriptedService } from '../support/scriptedService.ts';
import { ack, created } from '../support/scriptedTransport.ts';

describe('ZerobusStream with rejected', () => {
  it('goes on behind a record that the service refuses, and rejects the promise of that record', async () => {
    const rejections: SdkRejection[] = [];
    const { stream, service, scheduler } = await openStream({ rejected: (each) => void rejections.push(each) });
    const records = [{ n: 0 }, { n: 1 }, { n: 2, bad: 1 }, { n: 3 }];
    const promises = records.map((record) => outcomeOf(stream.ingestRecord(record)));
    scheduler.flush();
    expect(await Promise.all(promises)).toEqual([0, 1, 'INVALID_ARGUMENT 2', 3]);
    expect(rejections).toEqual([
      { value: records[2] as object, record: '{"n":2,"bad":1}', offset: 2, error: jasmine.any(ZerobusError) as never },
    ]);
    expect(rejections[0]?.value).toBe(records[2] as object);
    expect(rejections[0]?.error.offset).toBe(2);
    expect(service.rows).not.toContain('{"n":2,"bad":1}');
    expect(stream.stats).toEqual(
      jasmine.objectContaining({ state: 'open', durableOffset: 3, inflightRecords: 0, rejected: 1 }),
    );
    const closing = stream.close();
    scheduler.flush();
    await expectAsync(closing).toBeResolved();
  });

  it('rejects a batch as a whole, with its arrays', async () => {
    const rejections: SdkRejection[] = [];
    const { stream, service, scheduler } = await openStream({ rejected: (each) => void rejections.push(each) });
    const batch = [{ n: 1 }, '{"n":"bad"}', { n: 3 }];
    const single = ['{"bad":0}'];
    const promises = [
      stream.ingestRecord({ n: 0 }),
      stream.ingestRecords(batch),
      stream.ingestRecords(single),
      stream.ingestRecords([{ n: 4 }, { n: 5 }]),
    ].map(outcomeOf);
    scheduler.flush();
    expect(await Promise.all(promises)).toEqual([0, 'INVALID_ARGUMENT 1', 'INVALID_ARGUMENT 2', 3]);
    expect(rejections.map(({ value, record, offset }) => [value, record, offset])).toEqual([
      [batch, ['{"n":1}', '{"n":"bad"}', '{"n":3}'], 1],
      [single, ['{"bad":0}'], 2],
    ]);
    expect(rejections[0]?.value).toBe(batch);
    expect([...new Set(service.rows)]).toEqual(['{"n":0}', '{"n":4}', '{"n":5}']);
  });

  it('calls ackCallback in order, with onError for a rejected offset', async () => {
    const calls: string[] = [];
    const { stream, scheduler } = await openStream({
      rejected: () => undefined,
      ackCallback: {
        onAck: (offset) => void calls.push(`ack ${offset}`),
        onError: (offset, { code, offset: place }) => void calls.push(`error ${offset} ${code} ${place}`),
      },
    });
    for (const record of ['{"n":0}', '{"bad":1}', '{"n":2}', '{"bad":3}', '{"n":4}']) {
      await stream.ingestRecordOffset(record);
    }
    scheduler.flush();
    while (calls.length < 5) {
      await nextTurn();
    }
    expect(calls).toEqual(['ack 0', 'error 1 INVALID_ARGUMENT 1', 'ack 2', 'error 3 INVALID_ARGUMENT 3', 'ack 4']);
  });

  it('lets nothing behind a rejected record pass before it is taken in', async () => {
    let offsets: number[] = [];
    const { stream, scheduler } = await openStream({
      rejected: ({ offset }) => {
        offsets.push(offset);
        return timer(1000, scheduler);
      },
    });
    const watermarks: number[] = [];
    stream.acks$.subscribe((offset) => watermarks.push(offset));
    const bad = stream.ingestRecord('{"bad":0}');
    const good = stream.ingestRecord('{"n":1}');
    const flushed = stream.flush();
    scheduler.maxFrames = 500;
    scheduler.flush();
    expect([await isSettled(bad), await isSettled(good), await isSettled(flushed)]).toEqual([false, false, false]);
    expect([offsets, watermarks, stream.stats.rejected, stream.stats.inflightRecords]).toEqual([[0], [], 0, 0]);
    offsets = [];
    scheduler.maxFrames = 5000;
    scheduler.flush();
    expect(await rejectionOf(bad)).toEqual(jasmine.objectContaining({ code: 'INVALID_ARGUMENT', offset: 0 }));
    expect(await good).toBe(1);
    expect(watermarks).toEqual([1]);
    await expectAsync(flushed).toBeResolved();
  });

  it('rejects waitForOffset of a rejected offset before and after the watermark has passed it', async () => {
    const { stream, scheduler } = await openStream({ rejected: () => EMPTY });
    const offset = await stream.ingestRecordOffset('{"bad":0}');
    const before = outcomeOf(stream.waitForOffset(offset));
    const flushed = stream.flush();
    scheduler.flush();
    expect(await before).toBe('INVALID_ARGUMENT 0');
    const error = (await rejectionOf(stream.waitForOffset(offset))) as ZerobusError;
    // The record is where `rejected` has put it.
    expect([error.code, error.offset, error.unacked]).toEqual(['INVALID_ARGUMENT', 0, []]);
    await expectAsync(flushed).toBeResolved();
  });

  it('remembers the latest 1,000 refusals behind the watermark, and all until ackCallback was called with them', async () => {
    const release$ = new Subject<void>();
    const calls: string[] = [];
    const { stream, scheduler } = await openStream({
      maxRejectionsInARow: 5000,
      rejected: ({ offset }) => (offset === 0 ? release$ : undefined),
      ackCallback: {
        onAck: (offset) => void calls.push(`${offset} ack`),
        onError: (offset, { code }) => void calls.push(`${offset} ${code}`),
      },
    });
    for (let n = 0; n < 1010; n++) {
      await stream.ingestRecordOffset('{"bad":0}');
    }
    scheduler.flush();
    expect([stream.stats.durableOffset, stream.stats.rejected]).toEqual([-1, 1009]);
    // All pass at once.
    release$.complete();
    scheduler.flush();
    expect(stream.stats.durableOffset).toBe(1009);
    while (calls.length < 1010) {
      await nextTurn();
    }
    expect(calls).toEqual(Array.from({ length: 1010 }, (_, offset) => `${offset} INVALID_ARGUMENT`));
    const next = stream.ingestRecord('{"n":1}');
    scheduler.flush();
    expect(await next).toBe(1010);
    // Offset 0 was taken in last.
    await expectAsync(stream.waitForOffset(10)).toBeResolved();
    expect(await outcomeOf(stream.waitForOffset(11))).toBe('INVALID_ARGUMENT 11');
    expect(await outcomeOf(stream.waitForOffset(1009))).toBe('INVALID_ARGUMENT 1009');
    expect(stream.stats.rejected).toBe(1010);
  });

  it('rejects what cannot be sent as before, without an offset', async () => {
    const rejections: SdkRejection[] = [];
    const { stream, scheduler } = await openStream({ rejected: (each) => void rejections.push(each) });
    const large = `{"text":"${'x'.repeat(11_000_000)}"}`;
    const promises = [
      stream.ingestRecord({ n: Number.NaN }),
      stream.ingestRecord(large),
      stream.ingestRecord({ n: 0 }),
    ];
    scheduler.flush();
    expect(await Promise.all(promises.map(outcomeOf))).toEqual([
      'INVALID_RECORD undefined',
      'RECORD_TOO_LARGE undefined',
      0,
    ]);
    expect(rejections).toEqual([]);
  });

  it('passes what waits for room to rejected with the value it was submitted as', async () => {
    const values: unknown[] = [];
    const { stream, scheduler } = await openStream({
      maxInflightRecords: 1,
      rejected: ({ value, record }) => void values.push(value, record),
    });
    const bad = { bad: 1 };
    const promises = [{ n: 0 }, bad, { n: 2 }].map((record) => outcomeOf(stream.ingestRecord(record)));
    expect(stream.stats.waitingForRoom).toBe(2);
    scheduler.flush();
    expect(await Promise.all(promises)).toEqual([0, 'INVALID_ARGUMENT 1', 2]);
    expect(values[0]).toBe(bad);
    expect(values[1]).toBe('{"bad":1}');
  });

  it('recovers, not opens, while it looks for the record', async () => {
    const service = new ScriptedService();
    const stream = await service.open({ rejected: () => undefined });
    const states: string[] = [];
    stream.state$.subscribe((state) => states.push(state));
    const promise = outcomeOf(stream.ingestRecord('{"bad":0}'));
    service.advance();
    service.fail(new ZerobusError('INVALID_ARGUMENT', 'a record does not fit'));
    service.advance();
    expect(stream.stats).toEqual(jasmine.objectContaining({ state: 'recovering', connections: 1 }));
    service.send(created());
    expect(await promise).toBe('INVALID_ARGUMENT 0');
    const next = stream.ingestRecord('{"n":1}');
    service.advance();
    service.send(ack(0));
    expect(await next).toBe(1);
    expect(states).toEqual(['open', 'recovering', 'open']);
    expect(stream.stats.connections).toBe(2);
  });

  it('refuses a rejected that is no function', async () => {
    const service = new ScriptedService();
    await expectAsync(service.create({ rejected: 'file' as never })).toBeRejectedWith(
      jasmine.objectContaining({
        code: 'INVALID_OPTIONS',
        message: 'rejected must be a function: pass (rejection) => … .',
      }),
    );
  });
});
