import type { ServerView } from './serverView.ts';
import type { StreamView } from './streamView.ts';

/** What has happened within one second. */
export interface Sample {
  /** The end of the second, in milliseconds since 1970-01-01. */
  readonly atMs: number;
  /** Records that were accepted. */
  readonly records: number;
  /** Bytes of these records as they arrived. */
  readonly bytes: number;
  /** The time from the arrival of a request until its ack is sent, in ms. Null if no ack was sent. */
  readonly ackP50Ms: number | null;
  readonly ackP99Ms: number | null;
  /** Records that are received but not acknowledged, at the end of the second. */
  readonly inFlightRecords: number;
  /** Acknowledged rows that are in no Delta table yet, at the end of the second. */
  readonly unflushedRows: number;
  /** Commits to Delta tables. */
  readonly commits: number;
  /** Streams that are open at the end of the second. */
  readonly openStreams: number;
}

/** Counts since the server has started. */
export interface Totals {
  readonly recordsAccepted: number;
  readonly bytesAccepted: number;
  readonly commits: number;
  readonly streamsOpened: number;
  readonly streamsRefused: number;
  readonly tokensIssued: number;
  readonly tokensRefused: number;
}

/**
 * Something that the server has refused, a stream that has ended with an error, or acknowledged rows that could not be
 * written, in words.
 */
export interface Refusal {
  /** Milliseconds since 1970-01-01. */
  readonly atMs: number;
  readonly kind: 'stream' | 'streamEnd' | 'request' | 'call' | 'handshake' | 'rows';
  /** What was refused: the table of a stream or of rows, `POST /path`, the gRPC method, or the client's address. */
  readonly subject: string;
  /** The gRPC status by its name, the HTTP status, or '' for a handshake and rows. */
  readonly status: string;
  /** Why, in words without values of records. */
  readonly reason: string;
  /** The client's `user-agent`; '' if it has sent none. */
  readonly userAgent: string;
}

/** `GET /api/local/overview`: all of the overview. The events `sample`, `streams` and `refusal` go on from it. */
export interface Overview {
  readonly server: ServerView;
  readonly totals: Totals;
  /** At most 900, oldest first. Samples are taken only while a page is open, so there may be gaps between them. */
  readonly samples: readonly Sample[];
  readonly streams: readonly StreamView[];
  /** At most 200, newest first. */
  readonly refusals: readonly Refusal[];
}
