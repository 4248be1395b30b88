import { decodeRequest } from '../../lib/wire/decodeRequest.ts';
import type { RecordSpans } from '../../lib/wire/recordSpans.ts';
import { encodeRequest } from './zerobusWire.ts';

/** The records of a JSON batch as ranges of an encoded request. */
export function jsonSpans(records: readonly string[]): RecordSpans {
  return spansOf({ ingestRecordBatch: { offsetId: 0, jsonBatch: { records } } });
}

/** The records of a PROTO batch as ranges of an encoded request. */
export function protoSpans(records: readonly Uint8Array[]): RecordSpans {
  return spansOf({ ingestRecordBatch: { offsetId: 0, protoEncodedBatch: { records } } });
}

function spansOf(request: object): RecordSpans {
  const decoded = decodeRequest(encodeRequest(request));
  if (decoded.kind !== 'ingest') {
    throw new Error(`decoded as ${decoded.kind}`);
  }
  return decoded.records;
}
