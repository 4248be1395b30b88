import { Activity } from '../../lib/faults/activity.ts';
import { FaultInjector } from '../../lib/faults/faultInjector.ts';
import type { LiveStream } from '../../lib/faults/liveStream.ts';
import { GrpcEndpoint } from '../../lib/grpc/grpcEndpoint.ts';
import { LiveMonitor } from '../../lib/live/liveMonitor.ts';
import { parseCreateTable } from '../../lib/schema/parseCreateTable.ts';
import type { RowSink } from '../../lib/storage/rowSink.ts';
import { RawStream } from '../support/rawStream.ts';
import { READINGS, READINGS_DDL } from '../support/readings.ts';

interface Append {
  readonly byteLength: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A storage that answers when the spec wants it, like a slow or failing disk. */
class HeldSink implements RowSink {
  readonly appends: Append[] = [];
  heldBytes = 0;
  #onAppend: () => void = () => undefined;

  append(_fullName: string, rowLines: Buffer): Promise<void> {
    this.heldBytes += rowLines.length;
    return new Promise((resolve, reject) => {
      this.appends.push({ byteLength: rowLines.length, resolve, reject });
      this.#onAppend();
    });
  }

  /** Resolves after `count` appends. */
  async reached(count: number): Promise<void> {
    while (this.appends.length < count) {
      await new Promise<void>((resolve) => {
        this.#onAppend = resolve;
      });
    }
  }
}

describe('IngestStream', () => {
  let sink: HeldSink;
  let endpoint: GrpcEndpoint;
  let url: string;
  let errors: unknown[];
  let streams: Set<LiveStream>;
  let stream: RawStream;

  beforeEach(async () => {
    sink = new HeldSink();
    errors = [];
    streams = new Set();
    const definition = parseCreateTable(READINGS_DDL);
    endpoint = new GrpcEndpoint({
      sink,
      findTable: () => definition,
      tableProblem: () => undefined,
      tableNames: () => [READINGS],
      tokens: undefined,
      faults: new FaultInjector(streams),
      activity: new Activity(),
      monitor: new LiveMonitor(),
      streams,
      rotateAfterMs: undefined,
      rotationGraceMs: 1000,
      onError: (error) => errors.push(error),
    });
    url = `http://127.0.0.1:${await endpoint.listen('127.0.0.1', 0)}`;
    stream = await RawStream.open(url, READINGS);
  });

  afterEach(async () => {
    for (const { resolve } of sink.appends) {
      resolve();
    }
    stream.call.cancel();
    await endpoint.close();
  });

  it('acknowledges nothing before it is on disk, and then all requests of one write at once', async () => {
    for (let offset = 0; offset < 5; offset++) {
      stream.sendJson(offset, [{ temp: offset }]);
    }
    await sink.reached(5);
    const before = stream.acks;
    for (const { resolve } of sink.appends.slice(0, 4)) {
      resolve();
    }
    const first = await stream.acknowledged(3);
    sink.appends[4]?.resolve();

    expect(before).toEqual([]);
    expect(first).toEqual([3]);
    expect(await stream.acknowledged(4)).toEqual([4]);
  });

  it('stops reading while too many bytes wait for the disk, and resumes later', async () => {
    const device = 'x'.repeat(1024 * 1024);
    const count = 120;
    for (let offset = 0; offset < count; offset++) {
      stream.sendJson(offset, [{ temp: offset, device }]);
    }
    await sink.reached(32);
    // Another stream is served meanwhile. By the time of its answer, more of the first stream would have arrived.
    const other = await RawStream.open(url, READINGS);
    other.call.cancel();
    const heldBytes = sink.heldBytes;
    let released = 0;
    while (released < count) {
      await sink.reached(released + 1);
      for (; released < sink.appends.length; released++) {
        sink.appends[released]?.resolve();
      }
    }
    stream.call.end();

    expect(heldBytes).toBeGreaterThan(32 * 1024 * 1024);
    expect(heldBytes).toBeLessThan(36 * 1024 * 1024);
    expect((await stream.status).code).toBe(0);
    expect(stream.acks.at(-1)).toBe(count - 1);
  });

  it('ends with UNAVAILABLE if a write fails, and acknowledges only what came before', async () => {
    for (let offset = 0; offset < 3; offset++) {
      stream.sendJson(offset, [{ temp: offset }]);
    }
    await sink.reached(3);
    sink.appends[0]?.resolve();
    sink.appends[1]?.reject(new Error('no space left'));
    sink.appends[2]?.resolve();
    const status = await stream.status;

    expect([status.code, status.details]).toEqual([14, 'The records could not be stored: no space left']);
    expect(stream.acks).toEqual([0]);
    expect(errors).toEqual([new Error('no space left')]);
  });

  it('answers a failure of its own with INTERNAL, reports it, and serves other streams', async () => {
    sink.append = () => {
      throw new TypeError('a defect');
    };
    stream.sendJson(0, [{ temp: 1 }]);
    const status = await stream.status;
    const next = await RawStream.open(url, READINGS);

    expect([status.code, status.details]).toEqual([13, 'zerobus-local failed: a defect']);
    expect(errors.length).toBe(1);
    expect((await next.close()).code).toBe(0);
  });

  it('waits for the disk before it ends a stream that the client has ended', async () => {
    stream.sendJson(0, [{ temp: 1 }]);
    stream.call.end();
    await sink.reached(1);
    const before = stream.responses.length;
    sink.appends[0]?.resolve();

    expect(before).toBe(1);
    expect((await stream.status).code).toBe(0);
    expect(stream.acks).toEqual([0]);
  });

  it('releases a stream whose client is lost while its rows wait for the disk', async () => {
    stream.sendJson(0, [{ temp: 1 }]);
    await sink.reached(1);
    stream.call.cancel();
    await stream.status;
    sink.appends[0]?.resolve();
    await endpoint.close();

    expect(streams.size).toBe(0);
    expect(errors).toEqual([]);
  });
});
