import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableDefinitionError, TableStoreError } from '../lib/errors.ts';
import { ListenError } from '../lib/net/listen.ts';
import { parseCreateTable } from '../lib/schema/parseCreateTable.ts';
import { readTable } from '../lib/sql/readTable.ts';
import { startZerobusLocal } from '../lib/startZerobusLocal.ts';
import type { ZerobusLocalOptions } from '../lib/zerobusLocalOptions.ts';
import { RawStream } from './support/rawStream.ts';
import { READINGS, READINGS_DDL } from './support/readings.ts';

describe('startZerobusLocal', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zerobus-local-spec-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('listens on loopback, on free ports', async () => {
    const server = await startZerobusLocal();
    try {
      expect(server.endpoint).toBe(`http://127.0.0.1:${server.port}`);
      expect(server.workspaceUrl).toBe(`http://127.0.0.1:${server.httpPort}`);
      expect((await fetch(`${server.workspaceUrl}/health`)).status).toBe(200);
      expect(server.tables).toEqual([]);
    } finally {
      await server.close();
    }
  });

  it('removes its temporary folder when it closes, even if it is closed twice', async () => {
    const server = await startZerobusLocal({ tables: [READINGS_DDL], auth: false });
    const stream = await RawStream.open(server.endpoint, READINGS);
    stream.sendJson(0, [{ temp: 1 }]);
    await stream.close();
    const existed = existsSync(server.dataDir);
    await Promise.all([server.close(), server.close()]);
    await server.close();

    expect([existed, existsSync(server.dataDir)]).toEqual([true, false]);
  });

  it('flushes every acknowledged row when it closes, and serves the data directory again', async () => {
    const first = await startZerobusLocal({ dataDir: folder, tables: [parseCreateTable(READINGS_DDL)], auth: false });
    const stream = await RawStream.open(first.endpoint, READINGS);
    stream.sendJson(0, [{ temp: 1 }, { temp: 2 }]);
    await stream.acknowledged(0);
    const path = first.tablePath(READINGS);
    await first.close();

    expect((await stream.status).code).toBe(14);
    expect((await readTable(path)).rows.length).toBe(2);
    const second = await startZerobusLocal({ dataDir: folder, auth: false });
    try {
      const again = await RawStream.open(second.endpoint, READINGS);
      again.sendJson(0, [{ temp: 3 }]);
      await again.close();
      await second.flush();
      expect(second.counters(READINGS)).toEqual(jasmine.objectContaining({ tableRows: 3, unflushedRows: 0 }));
    } finally {
      await second.close();
    }
  });

  it('acknowledges what is in flight before it closes, takes nothing more, and says why', async () => {
    const server = await startZerobusLocal({ dataDir: folder, tables: [READINGS_DDL], auth: false });
    const stream = await RawStream.open(server.endpoint, READINGS);
    const path = server.tablePath(READINGS);
    for (let offset = 0; offset < 200; offset++) {
      stream.sendJson(offset, [{ temp: offset }]);
    }
    await stream.next();
    await server.close();
    const status = await stream.status;

    expect([status.code, status.details]).toEqual([14, jasmine.stringContaining('shutting down')]);
    const { rows } = await readTable(path);
    expect(rows.length).toBe(((stream.acks.at(-1) as number | undefined) ?? -1) + 1);
  });

  it('closes even if a client waits for create_stream_response', async () => {
    const server = await startZerobusLocal({ tables: [READINGS_DDL], auth: false });
    server.faults.hangStreams();
    const stream = new RawStream(server.endpoint, { table: READINGS });
    stream.send({ createStream: { tableName: READINGS, recordType: 2 } });
    await stream.headers;
    await server.close();

    expect((await stream.status).code).toBe(14);
  });

  it('sends delayed acks at once when it closes', async () => {
    const server = await startZerobusLocal({ tables: [READINGS_DDL], auth: false });
    server.faults.delayAcks({ delayMs: 3_600_000 });
    const stream = await RawStream.open(server.endpoint, READINGS);
    stream.sendJson(0, [{ temp: 1 }]);
    await server.activity.until(({ recordsAccepted }) => recordsAccepted === 1);
    await server.close();
    await stream.status;

    expect(stream.acks).toEqual([0]);
  });

  for (const which of ['port', 'httpPort'] as const) {
    it(`says which port is in use (${which}), and leaves nothing behind`, async () => {
      const blocker = createServer();
      const port = await new Promise<number>((resolve) => {
        blocker.listen(0, '127.0.0.1', () => resolve((blocker.address() as { port: number }).port));
      });
      const TMPDIR = process.env['TMPDIR'];
      process.env['TMPDIR'] = folder;
      try {
        const options: ZerobusLocalOptions = { [which]: port };
        const error = await startZerobusLocal(options).then(
          () => undefined,
          (reason: unknown) => reason,
        );

        expect(error).toBeInstanceOf(ListenError);
        expect(error).toEqual(jasmine.objectContaining({ code: 'PORT_IN_USE', port }));
        expect((error as Error).message).toContain(`Port ${port} on 127.0.0.1 is in use`);
        expect(await readdir(folder)).toEqual([]);
      } finally {
        if (TMPDIR === undefined) {
          delete process.env['TMPDIR'];
        } else {
          process.env['TMPDIR'] = TMPDIR;
        }
        blocker.close();
      }
    });
  }

  it('gives tokens before it takes streams, so that a client that reconnects at once gets one', async () => {
    const servers: Server[] = [];
    const listeningBefore: boolean[][] = [];
    const { listen } = Server.prototype;
    Server.prototype.listen = function (this: Server, ...args: unknown[]) {
      listeningBefore.push(servers.map(({ listening }) => listening));
      servers.push(this);
      return Reflect.apply(listen, this, args);
    };
    try {
      await using server = await startZerobusLocal();
      const ports = servers.map((each) => (each.address() as { port: number }).port);

      // The third port is for the flushes that the command sql asks for.
      expect(ports).toEqual([server.httpPort, server.port, jasmine.any(Number) as never]);
      expect(listeningBefore).toEqual([[], [true], [true, true]]);
    } finally {
      Server.prototype.listen = listen;
    }
  });

  for (const which of ['port', 'httpPort'] as const) {
    it(`releases the other port if one is in use (${which})`, async () => {
      const blocker = createServer().listen(0, '127.0.0.1');
      const free = createServer().listen(0, '127.0.0.1');
      await Promise.all([once(blocker, 'listening'), once(free, 'listening')]);
      const [taken, other] = [blocker, free].map((server) => (server.address() as { port: number }).port);
      free.close();
      await once(free, 'close');
      const ports = which === 'port' ? { port: taken, httpPort: other } : { port: other, httpPort: taken };
      await expectAsync(startZerobusLocal(ports as ZerobusLocalOptions)).toBeRejectedWithError(ListenError);
      const again = createServer().listen(other, '127.0.0.1');
      await once(again, 'listening');

      expect(again.listening).toBeTrue();
      again.close();
      blocker.close();
    });
  }

  it('refuses an invalid table, a table declared with other columns, and a data directory that is open', async () => {
    await expectAsync(startZerobusLocal({ tables: ['CREATE TABLE t (a INT)'] })).toBeRejectedWithError(
      TableDefinitionError,
    );
    const server = await startZerobusLocal({ dataDir: folder, tables: [READINGS_DDL] });
    try {
      await expectAsync(startZerobusLocal({ dataDir: folder })).toBeRejectedWithError(TableStoreError);
    } finally {
      await server.close();
    }
    const other = `CREATE TABLE ${READINGS} (device INT)`;
    await expectAsync(startZerobusLocal({ dataDir: folder, tables: [other] })).toBeRejectedWithError(TableStoreError);
  });

  it('refuses the address of another machine with a clear error', async () => {
    const error = await startZerobusLocal({ host: '192.0.2.1' }).catch((reason: unknown) => reason);

    expect(error).toEqual(jasmine.objectContaining({ code: 'LISTEN_FAILED' }));
  });

  it('sends streams a close signal after a time, takes what they still send, and ends those that stay', async () => {
    const server = await startZerobusLocal({
      tables: [READINGS_DDL],
      auth: false,
      rotateAfterMs: 30,
      rotationGraceMs: 1500,
    });
    try {
      const stays = await RawStream.open(server.endpoint, READINGS);
      const leaves = await RawStream.open(server.endpoint, READINGS);
      const signals = await Promise.all([stays.next(), leaves.next()]);
      leaves.sendJson(0, [{ temp: 1 }]);
      const left = await leaves.close();
      stays.sendJson(0, [{ temp: 2 }]);
      await stays.acknowledged(0);
      const stayed = await stays.status;

      expect(signals.map(({ closeStreamSignal }) => closeStreamSignal?.duration)).toEqual(
        [1, 2].map(() => ({ seconds: 1, nanos: 500_000_000 })),
      );
      expect([left.code, leaves.acks]).toEqual([0, [0]]);
      expect([stayed.code, stayed.details]).toEqual([14, jasmine.stringContaining('Error Code: 6002')]);
    } finally {
      await server.close();
    }
  });
});
