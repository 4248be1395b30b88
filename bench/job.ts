/** The client that is measured. `floor` is not a client: it sends the same bytes through Node's http2. */
export type Subject = 'ours' | 'official' | 'floor';

export const subjects: readonly Subject[] = ['ours', 'official', 'floor'];

/** The records of a run; see `inputs/`. */
export type InputName = 'json60B' | 'json1KB' | 'flights' | 'proto60B';

/** The form in which the client is given a record. */
export type Form = 'object' | 'string' | 'bytes';

/** How the client is called. Each driver is a file in `clients/`. */
export type Driver = 'toZerobus' | 'throughZerobus' | 'batches' | 'single' | 'pipelined' | 'frames';

/** What is reported to OpenTelemetry: metrics, or also spans, without and with a look at the context of each record. */
export type Telemetry = 'metrics' | 'spans' | 'links';

/** A steady rate of handing over records. */
export interface Pace {
  /** The interval between groups, in ms. */
  readonly everyMs: number;
  /** The number of records in a group. */
  readonly groupRecords: number;
}

/** The task of a client process. */
export interface Job {
  readonly subject: Subject;
  readonly driver: Driver;
  readonly input: InputName;
  readonly form: Form;
  /**
   * For `toZerobus` and `throughZerobus`: whether the source emits an iterable at once (`from`) or with backpressure
   * (`pull`).
   */
  readonly source?: 'from' | 'pull';
  /** For `batches`: whether the caller stringifies each object. */
  readonly isStringified?: boolean;
  /** For `toZerobus`: its option `streams`. Defaults to 1. */
  readonly operatorStreams?: number;
  readonly pace?: Pace;
  /** For our subjects: what listens to the diagnostics channels. Defaults to nothing. */
  readonly telemetry?: Telemetry;
  /** How many streams the process has open at the same time. */
  readonly streams: number;
  /** How many records each stream sends in one round of the warm-up. A round ends when they are durable. */
  readonly warmUpRecords: number;
  /** How long the warm-up lasts, in ms. */
  readonly warmUpMs: number;
  /** How long records are handed over, in ms. */
  readonly measureMs: number;
  /** The most records that a stream is given. */
  readonly maxRecords: number;
  /** `catalog.schema.table` */
  readonly tableName: string;
}

/** The surroundings that a client process needs. */
export interface Surroundings {
  /** `http://127.0.0.1:port` */
  readonly endpoint: string;
  /** The file with the rows of the flights, one JSON object per line. */
  readonly flightsFile: string;
}

/** The measurement of one client process. */
export interface Measurement {
  /** How many records were sent before measuring started. */
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
   * How much more resident memory there was in the last tenth of the time than in the second tenth, on average: 0 if it
   * is flat, `null` if the time was too short to know.
   */
  readonly rssDriftMb: number | null;
  /** From handing over to durable, in ms, for a sample of the records. */
  readonly ackP50Ms: number;
  readonly ackP99Ms: number;
  /** When the last ack arrived, in ms since 1970. */
  readonly endedAtMs: number;
}
