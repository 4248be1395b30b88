import { BehaviorSubject, lastValueFrom, tap } from 'rxjs';
import { isZerobusError } from '../../../lib/errors/zerobusError.ts';
import { pull } from '../../../operators/pull.ts';
import { throughZerobus } from '../../../operators/throughZerobus.ts';
import { type ChaosRow, KEY_COUNT, rowOf } from '../chaosTable.ts';
import type { ClientOutcome } from '../clientBooks.ts';
import { type ClientSetting, credentials } from './clientSetting.ts';

const STREAMS = 3;

/** Sends rows as JSON through `throughZerobus` with several streams, whose rows are in order per key. */
export async function runThroughZerobus(setting: ClientSetting): Promise<ClientOutcome> {
  const { source, books, options, ...addresses } = setting;
  const paused$ = new BehaviorSubject(false);
  try {
    await lastValueFrom(
      pull(source, paused$).pipe(
        tap(() => books.send()),
        throughZerobus<number, ChaosRow>('main.chaos.beta', {
          ...addresses,
          ...credentials,
          ...options,
          row: rowOf,
          streams: STREAMS,
          partitionBy: ({ n }) => n % KEY_COUNT,
          events: books.events,
          backpressure: paused$,
        }),
        tap((number) => books.emit(number)),
      ),
      { defaultValue: -1 },
    );
    return {};
  } catch (error) {
    return { error, handedBack: isZerobusError(error) ? error.unacked.map(Number) : [] };
  }
}
