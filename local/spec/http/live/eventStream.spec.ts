import { Activity } from '../../../lib/faults/activity.ts';
import { eventStream } from '../../../lib/http/live/eventStream.ts';
import type { ActiveFault } from '../../../lib/live/api/faultView.ts';
import { LiveMonitor } from '../../../lib/live/liveMonitor.ts';

describe('eventStream', () => {
  let monitor: LiveMonitor;
  let faults: ActiveFault[];

  beforeEach(() => {
    const activity = new Activity();
    faults = [];
    monitor = new LiveMonitor();
    monitor.start({
      streams: new Set(),
      counters: () => activity.counters,
      faults: () => faults,
      tables: () => [],
    });
  });

  afterEach(() => monitor.close());

  const refuse = (path: string): void =>
    monitor.report({ type: 'callRefused', path, status: 'UNIMPLEMENTED', userAgent: '' });

  const open = (): ReadableStreamDefaultReader<Uint8Array> => {
    const stream = eventStream(monitor);
    if (stream === undefined) {
      throw new Error('Too many pages are open.');
    }
    return stream.getReader();
  };

  async function read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string> {
    return new TextDecoder().decode((await reader.read()).value);
  }

  it('begins with the time after which a page connects again, and with the present states', async () => {
    const reader = open();
    expect(await read(reader)).toBe('retry: 1000\n\n');
    expect(await read(reader)).toBe(
      'event: streams\ndata: []\n\nevent: tables\ndata: []\n\nevent: faults\ndata: []\n\n',
    );
    await reader.cancel();
    expect(monitor.isWatched).toBeFalse();
  });

  it('holds at most 500 events for a slow page, and of each state the newest only', async () => {
    const reader = open();
    for (let id = 1; id <= 1000; id++) {
      refuse(`/a/${id}`);
      faults = [{ id, kind: 'dropAcks', code: '', sinceMs: 0 }];
      monitor.refresh();
    }
    await read(reader);
    const events = (await read(reader)).trimEnd().split('\n\n');
    expect(events.length).toBe(500);
    expect(events.filter((event) => event.startsWith('event: faults')).length).toBe(1);
    expect(events.at(-1)).toContain('"id":1000');
    expect(events.at(-2)).toContain('"subject":"/a/1000"');
    const next = reader.read();
    refuse('/a/later');
    expect(new TextDecoder().decode((await next).value)).toContain('/a/later');
    await reader.cancel();
  });

  it('lets go of a page that takes nothing for a minute', async () => {
    const reader = open();
    await read(reader);
    await read(reader);
    const start = performance.now();
    const clock = spyOn(performance, 'now').and.returnValue(start + 59_000);
    refuse('/a/1');
    refuse('/a/2');
    expect(monitor.isWatched).toBeTrue();
    clock.and.returnValue(start + 61_000);
    refuse('/a/3');
    refuse('/a/4');
    refuse('/a/5');
    expect(monitor.isWatched).toBeFalse();
  });

  it('ends when the server closes', async () => {
    const reader = open();
    await read(reader);
    await read(reader);
    const last = reader.read();
    monitor.close();
    expect((await last).done).toBeTrue();
    await reader.closed;
  });

  it('escapes what would end an event', async () => {
    const reader = open();
    await read(reader);
    await read(reader);
    const next = reader.read();
    refuse('/a\n\nevent: forged\r\ndata: {}');
    const text = new TextDecoder().decode((await next).value);
    expect(text.match(/\n\n/g)?.length).toBe(1);
    expect(text.startsWith('event: refusal\ndata: {')).toBeTrue();
    await reader.cancel();
  });
});
