import { filter, firstValueFrom, lastValueFrom, ReplaySubject, Subject } from 'rxjs';
import { type ToZerobusOptions, toZerobus } from '../../operators/toZerobus.ts';
import { OtelSdk } from './otelSdk.ts';
import { type StartedServer, startServer } from './startServer.ts';

/** The table of these specs. */
export const OTEL_TABLE = 'main.otel.readings';

/** What no metric and no span may contain: it is in each record. */
export const CANARY = 'canary-of-a-record';

/** A stream whose records a spec emits. */
export interface OpenStream {
  readonly source$: Subject<object>;
  /** Resolves when the stream has ended, with its error if it has failed. */
  readonly end: Promise<unknown>;
  /** Emits records, and resolves when these and all before them are durable. */
  readonly write: (count: number) => Promise<void>;
  readonly cancel: () => void;
}

/** A zerobus-local for all specs of a suite, and an SDK of OpenTelemetry for each. */
export class OtelWorld {
  started!: StartedServer;
  sdk!: OtelSdk;

  /** Starts and stops both around the specs of the suite that this is called in. */
  constructor() {
    beforeAll(async () => {
      this.started = await startServer({ tables: [`CREATE TABLE ${OTEL_TABLE} (device STRING, temp INT NOT NULL)`] });
    });
    beforeEach(async () => {
      this.sdk = await OtelSdk.start();
    });
    afterEach(async () => {
      this.started.server.faults.clear();
      await this.sdk[Symbol.asyncDispose]();
    });
    afterAll(() => this.started.server.close());
  }

  /** Opens a stream into the table. */
  open(options: ToZerobusOptions = {}): OpenStream {
    const source$ = new Subject<object>();
    const durable$ = new ReplaySubject<number>(1);
    const operator = toZerobus(OTEL_TABLE, { ...this.started.connection, recoveryBackoffMs: 1, ...options });
    const subscription = source$.pipe(operator).subscribe(durable$);
    let written = -1;
    return {
      source$,
      end: lastValueFrom(durable$, { defaultValue: -1 }).catch((error: unknown) => error),
      write: async (count) => {
        for (let temp = 0; temp < count; temp++) {
          source$.next({ device: CANARY, temp });
        }
        written += count;
        await firstValueFrom(durable$.pipe(filter((offset) => offset >= written)));
      },
      cancel: () => subscription.unsubscribe(),
    };
  }

  /** Exports everything, and returns the sum of a metric by `error.type`, which is empty for what went well. */
  async sums(name: string): Promise<Readonly<Record<string, number | undefined>>> {
    await this.sdk.flush();
    const points = this.sdk.points(name, OTEL_TABLE);
    return Object.fromEntries(
      points.map(({ attributes, value, count }) => [attributes['error.type'] ?? '', value ?? count]),
    );
  }
}
