import { range, Subject, VirtualTimeScheduler } from 'rxjs';
import type { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import { partitionOf } from '../../../lib/stream/partition.ts';
import type { TransportObserver } from '../../../lib/transport/transport.ts';
import { type ToZerobusOptions, toZerobus } from '../../../operators/toZerobus.ts';
import { CheckingService } from '../../support/checkingService.ts';
import { TABLE } from '../../support/toZerobusWorld.ts';
import { partitionBy, type Row } from '../../support/twoStreams.ts';

// zerobus-sdk#423: round robin without order. zerobus-sdk#826: the siblings of a dead stream wait for minutes.
describe('toZerobus with several streams, if one of them gets no connection for minutes', () => {
  const RECORDS = 3000;

  /** Sends records through three streams, the second of which is dead. */
  function run(options: ToZerobusOptions<Row>): {
    readonly rows: readonly Row[];
    readonly watermark: number;
    readonly error: ZerobusError | undefined;
  } {
    const scheduler = new VirtualTimeScheduler(undefined, Number.POSITIVE_INFINITY);
    scheduler.maxFrames = 130_000;
    const service = new CheckingService({ scheduler, refuses: () => false });
    let connecting: number | undefined;
    let [watermark, error]: [number, ZerobusError | undefined] = [-1, undefined];
    const source = new Subject<Row>();
    source
      .pipe(
        toZerobus<Row>(TABLE, {
          streams: 3,
          maxBatchRecords: 10,
          recoveryRetries: 1000,
          random: () => 0.5,
          scheduler,
          events: {
            next: ({ kind, stream }) => {
              connecting = kind === 'connecting' ? stream : connecting;
            },
          },
          transport: {
            open: (headers, observer: TransportObserver) =>
              connecting === 1
                ? { write: () => true, halfClose: () => {}, cancel: () => {} }
                : service.open(headers, observer),
          },
          ...options,
        }),
      )
      .subscribe({
        next: (offset) => {
          watermark = offset;
        },
        error: (each) => {
          error = each;
        },
      });
    range(0, RECORDS).subscribe((n) => scheduler.schedule(() => source.next({ n, device: `d${n % 30}` }), 40 * n));
    scheduler.flush();
    return { rows: service.rows.map((each) => JSON.parse(each) as Row), watermark, error };
  }

  it('goes on with the keys of the others, in order', () => {
    const { rows: stored, watermark, error } = run({ partitionBy });
    expect(error).toBeUndefined();
    const isAlive = ({ device }: Row): boolean => partitionOf(device, 3) !== 1;
    const alive = Array.from({ length: RECORDS }, (_, n) => ({ n, device: `d${n % 30}` })).filter(isAlive);
    expect(stored).toHaveSize(alive.length);
    for (const { device } of alive.slice(0, 30)) {
      expect(stored.filter((row) => row.device === device)).toEqual(alive.filter((row) => row.device === device));
    }
    expect(watermark).toBeLessThan(30);
  });

  it('goes on with all but the first run without keys, beyond the limit of what is in flight', () => {
    const { rows: stored, error } = run({ maxInflightRecords: 100 });
    expect(error).toBeUndefined();
    expect(stored).toHaveSize(RECORDS - 10);
  });
});
