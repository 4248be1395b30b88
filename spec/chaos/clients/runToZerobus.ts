import { BehaviorSubject, lastValueFrom, map, tap } from 'rxjs';
import { isZerobusError } from '../../../lib/errors/zerobusError.ts';
import { encodeRow } from '../../../lib/rows/encodeRow.ts';
import { pull } from '../../../operators/pull.ts';
import { toZerobus } from '../../../operators/toZerobus.ts';
import { alpha, rowOf } from '../chaosTable.ts';
import type { ClientOutcome } from '../clientBooks.ts';
import { type ClientSetting, credentials } from './clientSetting.ts';

/** Sends rows as protobuf through `toZerobus`. */
export async function runToZerobus({ source, books, options, ...addresses }: ClientSetting): Promise<ClientOutcome> {
  const paused$ = new BehaviorSubject(false);
  const events = books.events;
  try {
    await lastValueFrom(
      pull(source, paused$).pipe(
        tap(() => books.send()),
        map(rowOf),
        toZerobus(alpha, { ...addresses, ...credentials, ...options, events, backpressure: paused$ }),
        tap((offset) => books.acknowledge(offset + 1)),
      ),
      { defaultValue: -1 },
    );
    return {};
  } catch (error) {
    const unacked = isZerobusError(error) ? error.unacked : [];
    // A message that differs from that of its row has the number NaN.
    const handedBack = unacked.map((bytes, index) => {
      const number = books.first + books.acknowledged + index;
      return Buffer.compare(encodeRow(alpha, rowOf(number)), bytes as Uint8Array) === 0 ? number : Number.NaN;
    });
    return { error, handedBack };
  }
}
