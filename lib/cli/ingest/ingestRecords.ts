import { defer, finalize, ignoreElements, type Observable, takeUntil } from 'rxjs';
import { deadLetters, pull, type Rejected, throughZerobus, ZerobusError, type ZerobusEvent } from '../../../index.ts';
import type { UntypedRow } from '../../table/rowOf.ts';
import type { TableDefinition } from '../../table/tableDefinition.ts';
import { RowMaker } from '../conversion/rowMaker.ts';
import { type InputReader, inputOf } from '../reading/inputReader.ts';
import type { InputRecord } from '../reading/recordReader.ts';
import type { Brake } from './brake.ts';
import { type Located, locationOf, problemOf } from './locate.ts';
import { RateLimit } from './rateLimit.ts';
import type { ConnectionSettings, IngestSettings } from './settings.ts';
import type { Tally } from './tally.ts';

/** Half of it is read ahead of the service. */
const MAX_INFLIGHT_BYTES = 64 * 1024 * 1024;

/** What {@link ingestRecords} writes, and how. */
export interface IngestRun extends Located {
  readonly settings: IngestSettings;
  readonly connection: ConnectionSettings;
  readonly definition: TableDefinition<UntypedRow>;
  readonly reader: InputReader;
  readonly tally: Tally;
  readonly brake: Brake;
  /** Ends reading when it emits. What was read becomes durable. */
  readonly stop$: Observable<unknown>;
  /** Called when the durable watermark has moved. */
  readonly onSettled: () => void;
  /** Called with what happens to the streams. */
  readonly onEvent: (event: ZerobusEvent) => void;
}

/** Writes the records of the inputs. Completes when all that was read is durable. */
export function ingestRecords(run: IngestRun): Observable<never> {
  const { settings, connection, definition, reader, places, tally, brake, stop$ } = run;
  return defer(() => {
    const rows = new RowMaker(definition);
    const limit = settings.rate === undefined ? undefined : new RateLimit(settings.rate, brake);
    const ticks = limit?.start();
    const toRow = (record: InputRecord): UntypedRow => {
      places.push(reader);
      tally.read = places.count;
      limit?.take();
      if (places.count - tally.released >= settings.window) {
        brake.set('window', true);
      }
      return rows.rowOf(record, reader.header);
    };
    return pull(inputOf(reader), brake.paused$).pipe(
      takeUntil(stop$),
      throughZerobus(definition, {
        ...connection,
        row: toRow,
        streams: settings.streams,
        maxInflightBytes: MAX_INFLIGHT_BYTES,
        maxInflightRecords: 4 * settings.window,
        maxRejectionsInARow: settings.maxRejectionsInARow,
        backpressure: { next: (isPaused) => brake.set('stream', isPaused) },
        events: { next: (event) => onEvent(event, run) },
        ...(settings.rejected === undefined ? {} : { rejected: rejectedInto(settings.rejected, run) }),
      }),
      ignoreElements(),
      finalize(() => ticks?.unsubscribe()),
    );
  });
}

function onEvent(event: ZerobusEvent, { tally, onSettled, onEvent: report }: IngestRun): void {
  if (event.kind === 'durable') {
    tally.settled = event.offset + 1;
    onSettled();
  } else {
    report(event);
  }
}

/** Writes rejected records into a file, as they were read and with their place. */
function rejectedInto(path: string, run: IngestRun): Rejected<InputRecord> {
  const take = deadLetters<unknown>(path);
  const { definition, tally } = run;
  return (rejection) => {
    const { value, offset, error } = rejection;
    tally.rejected++;
    const message = `${locationOf(run, offset)}: ${problemOf(error, definition)}`;
    const { code, schemaCauses } = error;
    return take({
      offset,
      record: undefined,
      value,
      error: new ZerobusError(code, message, { cause: error, schemaCauses }),
    });
  };
}
