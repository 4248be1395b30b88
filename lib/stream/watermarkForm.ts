import { identity, type Subscriber } from 'rxjs';
import type { SourceForm } from './ingestSource.ts';
import type { Values } from './operatorIngestion.ts';
import type { ZerobusRecord } from './streamTable.ts';

/**
 * The form of what writes records and emits the durable watermark.
 *
 * @param values the place of the values until the watermark passes them. Defaults to none
 */
export function watermarkForm(
  subscriber: Subscriber<number>,
  values: Values<ZerobusRecord> | undefined,
): SourceForm<ZerobusRecord> {
  return {
    toRecord: identity,
    skipsUndefined: false,
    onValue: values && ((value) => values.push(value)),
    onDurable: (watermark) => {
      values?.take(watermark, () => true);
      subscriber.next(watermark);
    },
    handBack: (failure, refused) =>
      refused.length === 0 ? failure : failure.with({ unacked: () => [...failure.unacked, ...refused] }),
  };
}
