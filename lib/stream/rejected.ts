import type { ObservableInput } from 'rxjs';
import { checkFunction } from '../errors/checkFunction.ts';
import type { RecordPayload } from '../errors/zerobusError.ts';
import type { Rejection, RejectionTaker } from './rejections.ts';
import type { ValueRing } from './valueRing.ts';

/**
 * The option `rejected`: takes a rejected record in. It is taken in when what is returned has completed, or at once if
 * nothing is returned.
 */
export type Rejected<T, Payload = RecordPayload> = TakeIn<T, Payload>['rejected'];

/** A method, because its parameter may be of a narrower type, such as that of the user's messages. */
interface TakeIn<T, Payload> {
  // biome-ignore lint/suspicious/noConfusingVoidType: a function that returns nothing is as good
  rejected(rejection: Rejection<T, Payload>): ObservableInput<unknown> | void;
}

/**
 * Checks the option `rejected`.
 *
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if it is not a function
 */
export function checkRejected<T, Payload>(
  rejected: Rejected<T, Payload> | undefined,
): Rejected<T, Payload> | undefined {
  if (rejected !== undefined) {
    checkFunction('rejected', rejected, '(rejection) => … ');
  }
  return rejected;
}

/**
 * Hands rejected records to the option `rejected`, with the values that they were made of.
 *
 * @param values what is taken in is removed from them
 * @param keepsValues whether it stays instead, until the watermark passes it. Defaults to `false`
 */
export function rejectionTaker<T>(
  values: Pick<ValueRing<T>, 'at' | 'remove'>,
  rejected: Rejected<T>,
  keepsValues = false,
): RejectionTaker {
  return {
    onRejected: ({ offset, payloads }, error) =>
      rejected({ value: values.at(offset), record: payloads[0], offset, error }) ?? undefined,
    onTakenIn: (offset) => {
      if (!keepsValues) {
        values.remove(offset);
      }
    },
  };
}
