import { once } from 'node:events';
import { addAbortSignal } from 'node:stream';
import { EMPTY, NEVER } from 'rxjs';
import { zerobusWritable } from '../../../operators/zerobusWritable.ts';
import { nextTurn } from '../../support/promises.ts';
import { ScriptedService } from '../../support/scriptedService.ts';
import { ack } from '../../support/scriptedTransport.ts';
import { cut, failed, TABLE } from '../../support/toZerobusWorld.ts';
import { closed, numbers, opened, payload, record, serve } from '../../support/writableWorld.ts';

describe('zerobusWritable, if it does not finish', () => {
  describe('when the service fails', () => {
    it('is destroyed with the error, which hands back everything that was written', async () => {
      const { service, writable, log, write } = await opened({ maxInflightRecords: 4 });
      write(...numbers(0, 9));
      await nextTurn();
      service.fail(cut);
      const [error] = await once(writable, 'error');
      expect(error.code).toBe('UNAVAILABLE');
      // Those that wait in the stream, too.
      expect(error.unacked).toEqual(numbers(0, 9).map(payload));
      expect(writable.unacked).toEqual(error.unacked);
      await nextTurn();
      expect(log.filter((each) => each.startsWith('failed'))).toHaveSize(9);
      expect(log.at(-1)).toBe('close');
      expect(writable.destroyed).toBeTrue();
    });

    it('fails an end that waits', async () => {
      const { service, writable, log, write } = await opened();
      write(0);
      writable.end((error?: Error | null) => log.push(`ended with ${(error as { code?: string })?.code}`));
      await nextTurn();
      service.fail(cut);
      await closed(writable);
      expect(log).toEqual(['written 0', 'ended with UNAVAILABLE', 'error UNAVAILABLE', 'close']);
      expect(writable.unacked).toEqual([payload(0)]);
    });

    it('before it has opened', async () => {
      const service = new ScriptedService();
      const writable = zerobusWritable(TABLE, { recovery: false, transport: service.transport });
      writable.write(record(0));
      await nextTurn();
      service.fail(failed('PERMISSION_DENIED', 'no grant'));
      const [error] = await once(writable, 'error');
      expect([error.code, error.unacked]).toEqual(['PERMISSION_DENIED', [payload(0)]]);
    });
  });

  describe('with a record that cannot be sent', () => {
    it('fails at undefined, which Node.js lets pass', async () => {
      const { service, writable, write } = await opened();
      write(0);
      writable.write(undefined);
      await nextTurn();
      service.send(ack(0));
      service.end();
      const [error] = await once(writable, 'error');
      expect([error.code, error.offset, error.unacked]).toEqual(['INVALID_RECORD', 1, []]);
    });

    it('makes those before it durable, then fails with its offset, and hands back the rest', async () => {
      const { service, writable, log, write } = await opened();
      write(0, 1);
      writable.write({ n: Number.NaN });
      write(3, 4);
      await nextTurn();
      expect(log).toEqual(['written 0', 'written 1']);
      service.send(ack(0));
      service.end();
      const [error] = await once(writable, 'error');
      expect([error.code, error.offset, error.unacked]).toEqual(['INVALID_RECORD', 2, [payload(3), payload(4)]]);
      expect(log).toContain('durable 1');
    });

    it('goes on if `rejected` takes it in', async () => {
      const rejections: unknown[] = [];
      const { service, writable, log, write } = await opened({
        rejected: ({ value, offset, error }) => {
          rejections.push([value, offset, error.code]);
          return EMPTY;
        },
      });
      write(0);
      const bad = { n: Number.NaN };
      writable.write(bad);
      write(2);
      writable.end();
      await nextTurn();
      expect(rejections).toEqual([[bad, 1, 'INVALID_RECORD']]);
      await serve(service);
      await once(writable, 'finish');
      expect(log).toContain('durable 2');
    });

    it('fails if too many are rejected, within a batch of writes', async () => {
      const { writable } = await opened({ rejected: () => NEVER, maxRejectionsInARow: 1 });
      writable.cork();
      writable.write(record(0));
      for (let n = 0; n < 3; n++) {
        writable.write({ n: Number.NaN });
      }
      writable.write(record(4));
      writable.uncork();
      const [error] = await once(writable, 'error');
      expect([error.code, error.unacked]).toEqual(['TOO_MANY_REJECTIONS', [payload(0), payload(4)]]);
    });
  });

  describe('when it is destroyed', () => {
    it('cancels the call, and hands back everything without an error', async () => {
      const { service, writable, log, write } = await opened({ maxInflightRecords: 4 });
      write(...numbers(0, 5));
      await nextTurn();
      writable.destroy();
      expect(writable.unacked).toEqual(numbers(0, 5).map(payload));
      await closed(writable);
      expect(service.seen.at(-1)).toContain('cancel');
      expect(log).toEqual(['written 0', ...numbers(1, 5).map((n) => `failed ${n}`), 'close']);
      expect(service.timerCount).toBe(0);
    });

    it('hands back what is not durable if it is destroyed with an error of the user', async () => {
      const { service, writable, log, write } = await opened();
      write(0);
      await nextTurn();
      write(1);
      await nextTurn();
      service.send(ack(0));
      writable.destroy(new Error('enough'));
      await closed(writable);
      expect(log).toEqual(['written 0', 'written 1', 'durable 0', 'error enough', 'close']);
      expect(writable.unacked).toEqual([payload(1)]);
    });

    it('hands back its own records if the error has those of another stream', async () => {
      const { writable, write } = await opened();
      write(0);
      writable.destroy(failed('UNAVAILABLE', 'another stream', { unacked: ['{"other":1}'] }));
      await closed(writable);
      expect(writable.unacked).toEqual([payload(0)]);
    });

    it('hands back a record that was refused, while those before it are on their way', async () => {
      const { writable, write } = await opened();
      write(0);
      const large = { text: 'x'.repeat(11_000_000) };
      writable.write(large, () => {});
      write(2);
      await nextTurn();
      writable.destroy();
      await closed(writable);
      expect(writable.unacked).toEqual([payload(0), JSON.stringify(large), payload(2)]);
    });

    it('before it has opened', async () => {
      const service = new ScriptedService();
      const writable = zerobusWritable(TABLE, { transport: service.transport });
      writable.write(record(0), () => {});
      writable.destroy();
      await closed(writable);
      expect(writable.unacked).toEqual([payload(0)]);
    });
  });

  describe('with a signal', () => {
    it('ends with its reason if it is the option, and hands back', async () => {
      const controller = new AbortController();
      const { service, writable, log, write } = await opened({ signal: controller.signal });
      write(0);
      await nextTurn();
      const reason = new Error('shutting down');
      controller.abort(reason);
      await closed(writable);
      expect(log).toEqual(['written 0', 'error shutting down', 'close']);
      expect(writable.errored).toBe(reason);
      expect(writable.unacked).toEqual([payload(0)]);
      expect(service.seen.at(-1)).toContain('cancel');
    });

    it('that has aborted already, or with a reason that is not an error', async () => {
      const service = new ScriptedService();
      const writable = zerobusWritable(TABLE, { transport: service.transport, signal: AbortSignal.abort('stop') });
      const [error] = await once(writable, 'error');
      expect([error.code, error.cause, error.unacked]).toEqual(['CANCELLED', 'stop', []]);
      expect(service.connectionCount).toBe(0);
    });

    it('of Node.js', async () => {
      const controller = new AbortController();
      const { writable, log, write } = await opened();
      addAbortSignal(controller.signal, writable);
      write(0);
      controller.abort();
      await nextTurn();
      expect(log.slice(1)).toEqual(['error The operation was aborted', 'close']);
      expect(writable.unacked).toEqual([payload(0)]);
    });
  });
});
