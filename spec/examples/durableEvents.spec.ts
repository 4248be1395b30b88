import { status } from '@grpc/grpc-js';
import { DurableEvents } from '../../examples/events/durableEvents.ts';
import {
  CREATE_EVENTS_TABLE,
  EVENTS_TABLE,
  type EventRow,
  eventsTable,
  rowsOf,
} from '../../examples/events/eventsTable.ts';
import { NotDurable } from '../../examples/events/notDurable.ts';
import { type StartedServer, startServer } from '../support/startServer.ts';

/** What a promise that rejects with {@link NotDurable} says. */
async function refusalOf(promise: Promise<unknown>): Promise<readonly [string, string]> {
  const error: unknown = await promise.then(
    (value) => value,
    (reason) => reason,
  );
  return error instanceof NotDurable ? [error.code, error.message] : ['DURABLE', JSON.stringify(error)];
}

describe('DurableEvents', () => {
  let started: StartedServer;
  let events: DurableEvents<EventRow>;
  let lines: string[];

  const open = async (createTable: string): Promise<void> => {
    started = await startServer({ tables: [createTable] });
    lines = [];
    events = new DurableEvents(eventsTable, {
      connection: { ...started.connection, random: () => 0 },
      window: 10,
      drainMs: 10_000,
      log: (line) => lines.push(line),
    });
    events.open();
  };
  const add = (...ids: readonly string[]): Promise<unknown> =>
    events.add(rowsOf(ids.map((id) => ({ id, kind: 'click' }))));
  afterEach(async () => {
    await events.drain();
    await started.server.close();
  });

  it('answers 400 to events that the service refuses, and goes on', async () => {
    await open(
      `CREATE TABLE ${EVENTS_TABLE} (id VARCHAR(4) NOT NULL, kind STRING NOT NULL, amount DOUBLE, received_at TIMESTAMP NOT NULL)`,
    );
    expect(await refusalOf(add('good', 'too long'))).toEqual([
      'BAD_EVENTS',
      jasmine.stringMatching(/^1 of 2 events are durable\. /),
    ]);
    expect(await add('last')).toEqual({ durable: 1, offset: 2 });
    expect(events.counters).toEqual(jasmine.objectContaining({ taken: 3, durable: 2, bad: 1, inflight: 0 }));
    expect(events.health).toEqual({ live: true, ready: true, stream: 'open' });
  });

  it('answers that nothing is known of what is in flight when a stream fails with a full window, and opens another one', async () => {
    await open(CREATE_EVENTS_TABLE);
    const { faults, activity } = started.server;
    await add('first');
    faults.dropAcks();
    const inflight = add(...Array.from({ length: 10 }, (_, n) => `full-${n}`));
    await activity.until(({ recordsAccepted }) => recordsAccepted >= 11);
    faults.refuseStreams({ code: status.UNAVAILABLE });
    faults.cutConnections();
    expect(await refusalOf(inflight)).toEqual(['NOT_KNOWN', jasmine.any(String)]);
    expect(await refusalOf(add('last'))).toEqual(['UNAVAILABLE', jasmine.any(String)]);
    expect(events.health).toEqual({ live: true, ready: false, stream: 'waiting' });
    faults.clear();
    await activity.nextStream();
    expect(await add('last')).toEqual({ durable: 1, offset: 11 });
    expect(events.counters).toEqual(jasmine.objectContaining({ durable: 2, notKnown: 10, refused: 1, streams: 2 }));
    expect(lines).toEqual([
      jasmine.stringMatching(/^The stream has failed, and 10 events are not known to be durable: /),
    ]);
  });

  it('is no longer live when a stream fails for good', async () => {
    await open(CREATE_EVENTS_TABLE);
    const { faults, activity } = started.server;
    await add('first');
    faults.dropAcks();
    const inflight = add('second');
    await activity.until(({ recordsAccepted }) => recordsAccepted >= 2);
    faults.refuseStreams({ code: status.PERMISSION_DENIED });
    faults.cutConnections();
    expect(await refusalOf(inflight)).toEqual(['NOT_KNOWN', jasmine.any(String)]);
    expect(events.health).toEqual({ live: false, ready: false, stream: 'failed' });
    expect(await refusalOf(add('third'))).toEqual(['UNAVAILABLE', jasmine.any(String)]);
    expect(await events.drain()).toBe(0);
  });
});
