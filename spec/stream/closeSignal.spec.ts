import { asyncScheduler, firstValueFrom, of, Subject, timer, toArray } from 'rxjs';
import type { AccessOptions } from '../../lib/stream/serviceAccess.ts';
import { parseResponse } from '../../lib/wire/parseResponse.ts';
import { toZerobus } from '../../operators/toZerobus.ts';
import { ack, closeSignal, created, type ServerAct, scriptedTransport } from '../support/scriptedTransport.ts';

const LONGEST_MS = 2 ** 31 - 1;

describe('A close signal', () => {
  it('announces at most what a timer can wait, and never less than 0', () => {
    const durations = [-1000, 0, 1500, LONGEST_MS, LONGEST_MS + 1, 2 ** 40, Number.MAX_SAFE_INTEGER];
    const parsed = durations.map((durationMs) => parseResponse(closeSignal(durationMs) as Uint8Array));
    expect(parsed).toEqual(
      [0, 0, 1500, LONGEST_MS, LONGEST_MS, LONGEST_MS, LONGEST_MS].map((durationMs) => ({
        kind: 'closeSignal',
        durationMs,
      })),
    );
  });

  it('with a duration beyond the range of a timer leaves the time for acks', async () => {
    const service = new Subject<ServerAct>();
    const transport = scriptedTransport({ scheduler: asyncScheduler, servers: [service] });
    const access: AccessOptions = { transport };
    const offsets = firstValueFrom(of({ n: 1 }).pipe(toZerobus('main.iot.readings', access), toArray()));
    service.next(created());
    service.next(closeSignal(2 ** 31));
    // Longer than the 1 ms of a timer that is out of its range.
    await firstValueFrom(timer(20));
    service.next(ack(0));
    service.complete();
    expect(await offsets).toEqual([0]);
    const words = transport.seen.map((line) => line.slice(line.indexOf(' ') + 1));
    expect(words).toEqual(['create main.iot.readings', 'batch 0: {"n":1}', 'half-close']);
  });
});
