import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Subject } from 'rxjs';
import type { ZerobusEvent } from '../../lib/stream/zerobusEvent.ts';
import type { ReceivedBatch, VirtualConnection } from '../../lib/testing/virtualConnection.ts';
import { toZerobus } from '../../operators/toZerobus.ts';
import { TelemetryModel } from '../support/telemetryModel.ts';
import { virtualWorld } from '../support/virtualWorld.ts';

const TABLE = 'main.telemetry.reentries';

describe('A subscriber of the diagnostics channels, from within a message', () => {
  let endings: (() => void)[];

  beforeEach(() => {
    endings = [];
  });
  afterEach(() => {
    for (const end of endings) {
      end();
    }
  });

  /** Calls back once, within the first message of a kind. */
  function within(channel: string, kind: string, act: () => void): void {
    let isFirst = true;
    const listener = (message: unknown): void => {
      if (isFirst && (message as { readonly kind: string }).kind === kind) {
        isFirst = false;
        act();
      }
    };
    subscribe(`rxjs-zerobus:${channel}`, listener);
    endings.push(() => unsubscribe(`rxjs-zerobus:${channel}`, listener));
  }

  /** A service that acknowledges each batch after 1 ms, and what it gets. */
  function acknowledgingWorld(): ReturnType<typeof virtualWorld> & { readonly received: string[] } {
    const received: string[] = [];
    const world = virtualWorld({
      onBatch: (connection: VirtualConnection, { physicalOffset, records }: ReceivedBatch) => {
        received.push(`${physicalOffset}: ${records.join(' ')}`);
        world.scheduler.schedule(() => connection.ack(physicalOffset), 1);
      },
    });
    return { ...world, received };
  }

  for (const kind of ['sealed', 'sent', 'durable']) {
    it(`may add records while a batch is ${kind}: they follow it, with the next offsets`, () => {
      using model = new TelemetryModel();
      const { scheduler, options, received } = acknowledgingWorld();
      const source$ = new Subject<object>();
      within('batch', kind, () => {
        for (const n of [3, 4, 5]) {
          source$.next({ n });
        }
        source$.complete();
      });
      let isComplete = false;
      const operator = toZerobus(TABLE, { ...options, maxBatchRecords: 2, lingerMs: 60_000 });
      source$.pipe(operator).subscribe({ complete: () => (isComplete = true) });
      source$.next({ n: 1 });
      source$.next({ n: 2 });
      scheduler.flush();
      expect(isComplete).toBeTrue();
      expect(received).toEqual(['0: {"n":1} {"n":2}', '1: {"n":3} {"n":4}', '2: {"n":5}']);
      model.checkEnd(5);
      expect(model.lies).toEqual([]);
    });
  }

  const messages = [
    ['stream', 'opened'],
    ['connection', 'connecting'],
    ['connection', 'opened'],
    ['batch', 'sealed'],
    ['batch', 'sent'],
    ['batch', 'durable'],
  ] as const;
  for (const [channel, kind] of messages) {
    it(`may abort the stream while the ${channel} is ${kind}: nothing is sent, reported or left afterwards`, () => {
      using model = new TelemetryModel();
      const { scheduler, options, received } = acknowledgingWorld();
      const controller = new AbortController();
      const events: ZerobusEvent[] = [];
      let receivedBefore = -1;
      within(channel, kind, () => {
        controller.abort();
        receivedBefore = received.length;
      });
      const source$ = new Subject<object>();
      let error: unknown;
      const observer = { next: (event: ZerobusEvent) => void events.push(event) };
      const operator = toZerobus(TABLE, { ...options, signal: controller.signal, events: observer });
      source$.pipe(operator).subscribe({ error: (reason) => (error = reason) });
      source$.next({ n: 1 });
      scheduler.flush();
      expect(error).toBe(controller.signal.reason);
      expect(received.length).toBe(receivedBefore);
      expect(events.findIndex((event) => event.kind === 'closed')).toBe(events.length - 1);
      expect(scheduler.actions).toEqual([]);
      expect(scheduler.frame).toBeLessThan(10);
      model.checkEnd(1);
      expect(model.lies).toEqual([]);
    });
  }
});
