import { getEventListeners } from 'node:events';
import type { Observable } from 'rxjs';
import { ingest } from '../../../operators/ingest.ts';
import { cut, numbers, records, TABLE, world } from '../../support/toZerobusWorld.ts';

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

describe('toZerobus: signal', () => {
  it('errors with the reason, cancels the call and unsubscribes from the source', () => {
    world(({ hot, cold, server, operatorTo, flush, expectObservable, expectSubscriptions }) => {
      const controller = new AbortController();
      const reason = new Error('shut down');
      const source = hot('-a-b-', records);
      const service = server('o--0------');
      cold('------x').subscribe(() => controller.abort(reason));
      const operator = operatorTo([service], { signal: controller.signal });
      expectObservable(operator(source)).toBe('---0--#', numbers, reason);
      expectSubscriptions(source.subscriptions).toBe('^-----!');
      expectSubscriptions(service.subscriptions).toBe('^-----!');
      flush();
      expect(operator.seen.at(-1)).toBe('6 cancel');
      expect(listeners(controller.signal)).toBe(0);
    });
  });

  it('errors at once and opens nothing if it has already aborted', () => {
    world(({ hot, server, operatorTo, flush, expectObservable, expectSubscriptions }) => {
      const source = hot('a', records);
      const service = server('o');
      const operator = operatorTo([service], { signal: AbortSignal.abort(cut) });
      expectObservable(operator(source)).toBe('#', numbers, cut);
      expectSubscriptions(source.subscriptions).toBe([]);
      expectSubscriptions(service.subscriptions).toBe([]);
      flush();
      expect(operator.seen).toEqual([]);
    });
  });

  it('ends a wait before a reconnection', () => {
    world(({ hot, cold, server, operatorTo, expectObservable, expectSubscriptions }) => {
      const controller = new AbortController();
      const service = server('-#', cut);
      cold('---x').subscribe(() => controller.abort('enough'));
      expectObservable(operatorTo([service], { signal: controller.signal })(hot('a', records))).toBe(
        '---#',
        numbers,
        'enough',
      );
      expectSubscriptions(service.subscriptions).toBe('^!');
    });
  });

  it('keeps no listener of streams that have ended, however many share it', () => {
    const { signal } = new AbortController();
    for (let count = 0; count < 50; count++) {
      world(({ hot, server, operatorTo, expectObservable }) => {
        const result = (diagram: string): Observable<number> =>
          operatorTo([server(diagram, cut)], { signal, recovery: false })(hot('(a|)', records));
        expectObservable(result('o-0|')).toBe('--0|', numbers);
        expectObservable(result('o-#')).toBe('--#', numbers, cut);
        expectObservable(result('o'), '--!').toBe('---');
      });
    }
    expect(listeners(signal)).toBe(0);
  });

  it('ends an ingest and closes its input', () => {
    world(({ cold, server, optionsFor, flush, expectObservable }) => {
      const controller = new AbortController();
      const options = optionsFor([server('o--0')], { signal: controller.signal, maxInflightRecords: 4 });
      cold('-----x').subscribe(() => controller.abort(cut));
      let isClosed = false;
      function* input(): Generator<object> {
        try {
          for (let n = 0; ; n++) {
            yield { n };
          }
        } finally {
          isClosed = true;
        }
      }
      expectObservable(ingest(input(), TABLE, options)).toBe('---1-#', numbers, cut);
      flush();
      expect(isClosed).toBeTrue();
    });
  });

  it('is refused if it is not a signal', () => {
    world(({ operatorTo, server }) => {
      for (const signal of ['now', {}, null, new AbortController()] as unknown as readonly AbortSignal[]) {
        expect(() => operatorTo([server('o')], { signal })).toThrow(
          jasmine.objectContaining({
            code: 'INVALID_OPTIONS',
            message: 'signal must be an AbortSignal: pass the signal of an AbortController.',
          }),
        );
      }
    });
  });
});
