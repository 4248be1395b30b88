/** Whose client is measured. `floor`: nobody's, the same bytes through Node's http2. */
export type Subject = 'ours' | 'official' | 'floor';

export const subjects: readonly Subject[] = ['ours', 'official', 'floor'];

/** The records of a run: see `inputs/`. */
export type InputName = 'json60B' | 'json1KB' | 'flights' | 'proto60B';

/** What the client is given of a record. */
export type Form = 'object' | 'string' | 'bytes';

/** How the client is called: each is a file in `clients/`. */
export type Driver = 'toZerobus' | 'batches' | 'single' | 'pipelined' | 'frames';

/** How records are handed over at a steady rate. */
export interface Pace {
  /** Groups are due every so many ms. */
  readonly everyMs: number;
  /** Records in a group. */
  readonly groupRecords: number;
}

/** What a client process is to do. */
export interface Job {
  readonly subject: Subject;
  readonly driver: Driver;
  readonly input: InputName;
  readonly form: Form;
  /** For `toZerobus`: the source, `from` an iterable at once or `pull`ed with backpressure. */
  readonly source?: 'from' | 'pull';
  /** For `batches`: whether each object is stringified by the caller. */
  readonly isStringified?: boolean;
  readonly pace?: Pace;
  /** How many streams the process has open at the same time. */
  readonly streams: number;
  /** How many records each stream takes at a time, until each of them is durable, before anything is measured. */
  readonly warmUpRecords: number;
  /** How long that is repeated, in ms. */
  readonly warmUpMs: number;
  /** For how long records are handed over, in ms. */
  readonly measureMs: number;
  /** How many records a stream is handed at most. */
  readonly maxRecords: number;
  /** `catalog.schema.table` */
  readonly tableName: string;
}

/** Where a client process finds what it needs. */
export interface Surroundings {
  /** `http://127.0.0.1:port` */
  readonly endpoint: string;
  /** The file with the flights' rows as JSON, one a line. */
  readonly flightsFile: string;
}

/** What one client process measured. */
export interface Measurement {
  /** How many records were sent before it counted. */
  readonly warmUpRecords: number;
  readonly records: number;
  readonly bytes: number;
  readonly seconds: number;
  /** User and system time of the process, in µs. */
  readonly cpuMicros: number;
  readonly peakRssMb: number;
  /** How much the resident memory grew while records were handed over. */
  readonly rssGrowthMb: number;
  /**
   * How much more resident memory there was in the last tenth of the time than in the second tenth, on average: 0 where
   * it is flat. `null` where the time was too short to tell.
   */
  readonly rssDriftMb: number | null;
  /** From handing over to durable, in ms; of a sample of the records. */
  readonly ackP50Ms: number;
  readonly ackP99Ms: number;
  /** When the last ack came, in ms since 1970. */
  readonly endedAtMs: number;
}
