import type { IngestParts } from '../ingest/ingestParts.ts';

/** The server's parts that all streams share. */
export interface IngestContext extends IngestParts {
  /** Age at which a stream gets a close signal, in ms; undefined for never. */
  readonly rotateAfterMs: number | undefined;
  /** How long a stream may stay after a close signal, in ms. */
  readonly rotationGraceMs: number;
  /** Destroys the connection of the call with this peer name. */
  cutConnection(peer: string): void;
}
