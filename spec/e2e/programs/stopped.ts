// Runs as a process of its own, which the spec stops for a while. Writes one record, and reports how that ended.
import { of } from 'rxjs';
import { ingestionFactory } from '../../../lib/stream/ingestionFactory.ts';
import { READINGS_TABLE } from '../../support/startServer.ts';

const [connection = '{}', stream = '{}', endsAtOnce] = process.argv.slice(2);
const access = JSON.parse(connection);
const ingestion = ingestionFactory({ table: READINGS_TABLE, descriptor: undefined }, access, JSON.parse(stream)).make();

const log: string[] = [];
ingestion.events$.subscribe({
  next: (event) => {
    if (event.kind === 'paused') {
      console.log('paused');
    }
    if (event.kind === 'durable') {
      log.push('durable');
      ingestion.close();
    }
  },
  error: (error) => console.log(JSON.stringify([...log, error.code])),
  complete: () => console.log(JSON.stringify([...log, 'complete'])),
});
of({ device: 'a', temp: 1 }).subscribe((record) => ingestion.add(record));
if (endsAtOnce === 'true') {
  ingestion.close();
}
