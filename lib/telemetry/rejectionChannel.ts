import { channel } from 'node:diagnostics_channel';
import type { ZerobusErrorCode } from '../errors/zerobusError.ts';
import type { StreamInfo } from './streamInfo.ts';
import type { TypedChannel } from './typedChannel.ts';

/** A message of the channel `rxjs-zerobus:rejection`: a record is handed to the option `rejected`. */
export interface RejectionMessage {
  /** The stream of the record. */
  readonly stream: StreamInfo;
  /** The offset of the record, as the option `rejected` gets it: in the source, if the operator has several streams. */
  readonly offset: number;
  /** The number of records that the rejection is about: more than one if a batch of the user's is rejected. */
  readonly records: number;
  /** The reason. */
  readonly errorCode: ZerobusErrorCode;
}

/** Carries each {@link RejectionMessage}. */
export const rejectionChannel: TypedChannel<RejectionMessage> = channel('rxjs-zerobus:rejection');
