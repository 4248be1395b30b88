import { EventEmitter } from 'node:events';
import { closeOnSignal } from '../../lib/cli/closeOnSignal.ts';

describe('closeOnSignal', () => {
  let signals: EventEmitter;
  let endAtOnce: jasmine.Spy<() => void>;
  let finish: () => void;
  let fail: (error: Error) => void;
  let close: jasmine.Spy<() => Promise<void>>;

  beforeEach(() => {
    jasmine.clock().install().mockDate(new Date(0));
    signals = new EventEmitter();
    endAtOnce = jasmine.createSpy('endAtOnce');
    close = jasmine.createSpy('close').and.returnValue(
      new Promise<void>((resolve, reject) => {
        finish = resolve;
        fail = reject;
      }),
    );
  });

  afterEach(() => jasmine.clock().uninstall());

  for (const signal of ['SIGINT', 'SIGTERM']) {
    it(`closes once on ${signal}, and ignores a second one right after it`, async () => {
      const closed = closeOnSignal(signals, close, endAtOnce);
      expect(close).not.toHaveBeenCalled();
      signals.emit(signal);
      jasmine.clock().tick(100);
      signals.emit(signal);
      finish();
      await closed;

      expect(close).toHaveBeenCalledTimes(1);
      expect(endAtOnce).not.toHaveBeenCalled();
      expect(signals.eventNames()).toEqual([]);
    });
  }

  it('ends at once on a second signal half a second later', () => {
    void closeOnSignal(signals, close, endAtOnce);
    signals.emit('SIGINT');
    jasmine.clock().tick(500);
    signals.emit('SIGTERM');

    expect(endAtOnce).toHaveBeenCalledTimes(1);
  });

  it('rejects if closing fails', async () => {
    const closed = closeOnSignal(signals, close, endAtOnce);
    signals.emit('SIGINT');
    fail(new Error('no space left'));

    await expectAsync(closed).toBeRejectedWithError('no space left');
  });
});
