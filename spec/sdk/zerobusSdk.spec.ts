import { getEventListeners } from 'node:events';
import type { HeadersCallback } from '../../lib/auth/headersCallback.ts';
import type { StreamConfigurationOptions } from '../../lib/sdk/zerobusSdk.ts';
import type { ZerobusStream } from '../../lib/sdk/zerobusStream.ts';
import type { ZerobusEvent } from '../../lib/stream/zerobusEvent.ts';
import { nextTurn, rejectionOf } from '../support/promises.ts';
import { ScriptedService } from '../support/scriptedService.ts';
import { ack, created } from '../support/scriptedTransport.ts';

const reasonOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => fail('expected a rejection'),
    (reason: unknown) => reason,
  );

describe('The signal of a ZerobusStream', () => {
  const reason = new Error('shut down');

  it('rejects everything that waits with its reason, and hands back what is not durable', async () => {
    const controller = new AbortController();
    const service = new ScriptedService();
    const errors: unknown[] = [];
    const ackCallback = { onError: (_offset: number, error: unknown): void => void errors.push(error) };
    const stream = await service.open({ signal: controller.signal, ackCallback });
    const durable = reasonOf(stream.ingestRecord({ n: 1 }));
    const flushed = reasonOf(stream.flush());
    const acks = reasonOf(
      new Promise((resolve, reject) => stream.acks$.subscribe({ error: reject, complete: () => resolve(0) })),
    );
    service.advance();
    controller.abort(reason);
    expect(await Promise.all([durable, flushed, acks])).toEqual([reason, reason, reason]);
    expect(await reasonOf(stream.ingestRecordOffset({ n: 2 }))).toBe(reason);
    expect(await reasonOf(stream.close())).toBe(reason);
    expect(await stream.getUnackedRecords()).toEqual(['{"n":1}']);
    expect(stream.stats.state).toBe('failed');
    expect(service.seen.at(-1)).toBe('0 cancel');
    expect(service.timerCount).toBe(0);
    await nextTurn();
    expect(errors).toEqual([jasmine.objectContaining({ code: 'CANCELLED', cause: reason, isRetryable: false })]);
    expect(getEventListeners(controller.signal, 'abort')).toHaveSize(0);
  });

  it('opens nothing if it has already aborted, and ends a creation that is under way', async () => {
    const service = new ScriptedService();
    expect(await reasonOf(service.create({ signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(service.connectionCount).toBe(0);
    const controller = new AbortController();
    const creation = reasonOf(service.create({ signal: controller.signal }));
    controller.abort(reason);
    expect(await creation).toBe(reason);
    expect(service.timerCount).toBe(0);
  });

  it('has no listener of streams that are closed', async () => {
    const { signal } = new AbortController();
    for (let count = 0; count < 20; count++) {
      const service = new ScriptedService();
      const stream = await service.open({ signal });
      const closed = stream.close();
      service.end();
      await closed;
    }
    expect(getEventListeners(signal, 'abort')).toHaveSize(0);
  });
});

describe('The events of a ZerobusStream', () => {
  it('are those of toZerobus', async () => {
    const kinds: string[] = [];
    const events = { next: ({ at, kind }: ZerobusEvent): void => void kinds.push(`${at} ${kind}`) };
    const service = new ScriptedService();
    const stream = await service.open({ events });
    const durable = stream.ingestRecord({ n: 1 });
    service.advance(5);
    service.send(ack(0));
    await durable;
    const closed = stream.close();
    service.end();
    await closed;
    expect(kinds).toEqual(['0 connecting', '0 opened', '5 durable', '5 closed']);
  });
});

describe('The headers of createStream', () => {
  const open = async (
    options: StreamConfigurationOptions | null,
    callback?: HeadersCallback | null,
  ): Promise<readonly [ZerobusStream, ScriptedService]> => {
    const service = new ScriptedService();
    const creation = service.sdk.createStream({ tableName: 'a.b.c' }, '', '', options, callback);
    await Promise.race([creation.catch(() => {}), new Promise((resolve) => setImmediate(resolve))]);
    if (service.connectionCount > 0) {
      service.send(created());
    }
    return [await creation, service];
  };

  it('come from the option headersProvider', async () => {
    const [, service] = await open({ headersProvider: { getHeaders: () => ({ authorization: 'option' }) } });
    expect(service.seen[0]).toBe('0 option');
  });

  it('come from the fifth argument of the official SDK, as pairs or as an object', async () => {
    const forms: readonly HeadersCallback[] = [
      { getHeadersCallback: async () => [['authorization', 'pairs']] },
      { getHeadersCallback: () => [['Authorization', 'pairs']] },
      { getHeadersCallback: async () => ({ authorization: 'pairs' }) },
    ];
    for (const form of forms) {
      const [, service] = await open(null, form);
      expect(service.seen[0]).toBe('0 pairs');
    }
  });

  it('are refused if they have another form or come from two providers', async () => {
    const getHeaders = (): Record<string, string> => ({});
    const twice = await rejectionOf(open({ headersProvider: { getHeaders } }, { getHeadersCallback: getHeaders }));
    expect([twice.code, twice.message]).toEqual([
      'INVALID_OPTIONS',
      'There are two headers providers: omit the option headersProvider.',
    ]);
    const wrong = await rejectionOf(open(null, { getHeaders } as unknown as HeadersCallback));
    expect([wrong.code, wrong.message]).toEqual(['INVALID_OPTIONS', jasmine.stringContaining('getHeadersCallback')]);
    const pairs = await rejectionOf(open(null, { getHeadersCallback: () => ['a'] as unknown as [] }));
    expect([pairs.code, pairs.message]).toEqual([
      'HEADERS_PROVIDER_FAILED',
      jasmine.stringContaining('must return pairs'),
    ]);
  });
});
