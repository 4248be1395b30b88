import { readTable, type ZerobusLocal, type ZerobusLocalOptions } from 'zerobus-local';
import type { HeadersProvider } from '../../lib/auth/headersProvider.ts';
import { encodeRow } from '../../lib/rows/encodeRow.ts';
import type { StreamTarget } from '../../lib/sdk/tableProperties.ts';
import { type StreamConfigurationOptions, ZerobusSdk } from '../../lib/sdk/zerobusSdk.ts';
import type { ZerobusStream } from '../../lib/sdk/zerobusStream.ts';
import { int, string } from '../../lib/table/columnBuilders.ts';
import { defineTable } from '../../lib/table/defineTable.ts';
import type { TableDefinition } from '../../lib/table/tableDefinition.ts';
import { READINGS_TABLE, startServer } from './startServer.ts';

/** A definition of the table of {@link startServer}. */
export const readings: TableDefinition<{ readonly device?: string | null | undefined; readonly temp: number }> =
  defineTable(READINGS_TABLE, {
    device: string(),
    temp: int().notNull(),
  });

/** Returns the row for a number. */
export function reading(temp: number): { device: string; temp: number } {
  return { device: `d${temp % 3}`, temp };
}

/** Returns the same row as JSON text. */
export function readingText(temp: number): string {
  return JSON.stringify(reading(temp));
}

/** Returns the same row as a serialized message. */
export function readingBytes(temp: number): Uint8Array {
  return encodeRow(readings, reading(temp));
}

/** A real zerobus-local with a `ZerobusSdk` for it and the streams a spec has opened. */
export class SdkServer {
  readonly server: ZerobusLocal;
  readonly sdk: ZerobusSdk;
  readonly #streams: ZerobusStream[] = [];

  constructor(server: ZerobusLocal) {
    this.server = server;
    this.sdk = new ZerobusSdk(server.endpoint, server.workspaceUrl);
  }

  /** Opens a JSON stream into the readings. Reconnects are quick unless the options change that. */
  open(
    options: StreamConfigurationOptions = {},
    target: StreamTarget = { tableName: READINGS_TABLE },
  ): Promise<ZerobusStream> {
    return this.track(this.sdk.createStream(target, 'client', 'client-secret', { recoveryBackoffMs: 1, ...options }));
  }

  /** Opens a PROTO stream of serialized readings. */
  openProto(options: StreamConfigurationOptions = {}): Promise<ZerobusStream> {
    return this.open(options, { tableName: READINGS_TABLE, descriptorProto: readings.descriptor });
  }

  /** Opens a stream with the spec's own headers. */
  openWith(headersProvider: HeadersProvider, options: StreamConfigurationOptions = {}): Promise<ZerobusStream> {
    return this.track(
      this.sdk.createStreamWithHeadersProvider({ tableName: READINGS_TABLE }, headersProvider, {
        recoveryBackoffMs: 1,
        ...options,
      }),
    );
  }

  /** Closes a stream at the end that the spec opened itself. */
  async track(opening: Promise<ZerobusStream>): Promise<ZerobusStream> {
    const stream = await opening;
    this.#streams.push(stream);
    return stream;
  }

  /** Returns the numbers of all rows in the Delta table, in ascending order. */
  async storedTemps(): Promise<number[]> {
    await this.server.flush();
    const { rows } = await readTable(this.server.tablePath(READINGS_TABLE), 'SELECT temp FROM this ORDER BY temp');
    return rows.map(([temp]) => Number(temp));
  }

  /** Closes the server and all streams, whatever state the spec left them in. */
  async close(): Promise<void> {
    await this.server.close();
    await Promise.allSettled(this.#streams.map((stream) => stream.close()));
  }
}

/** Starts a zerobus-local with the readings table and an SDK for it. */
export async function startSdkServer(options: ZerobusLocalOptions = {}): Promise<SdkServer> {
  const { server } = await startServer(options);
  return new SdkServer(server);
}
