import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { status } from '@grpc/grpc-js';
import { AccessTokens } from './auth/accessTokens.ts';
import { tokenKey } from './auth/tokenKey.ts';
import { checkOptions } from './checkOptions.ts';
import { TableStoreError } from './errors.ts';
import { Activity } from './faults/activity.ts';
import { FaultInjector } from './faults/faultInjector.ts';
import type { LiveStream } from './faults/liveStream.ts';
import type { ServerEvent } from './faults/serverEvent.ts';
import { GrpcEndpoint } from './grpc/grpcEndpoint.ts';
import { FlushEndpoint } from './http/flushEndpoint.ts';
import type { HttpContext } from './http/httpContext.ts';
import { HttpEndpoint } from './http/httpEndpoint.ts';
import { makeLiveSite } from './http/live/makeLiveSite.ts';
import { tableSummaries } from './http/live/tables/tableSummaries.ts';
import type { IngestParts } from './ingest/ingestParts.ts';
import { statusText } from './ingest/streamError.ts';
import { LiveMonitor } from './live/liveMonitor.ts';
import { parseScript } from './schema/parseScript.ts';
import { ServedTables } from './servedTables.ts';
import { FailureReport } from './storage/failureReport.ts';
import { DEFAULT_FLUSH_INTERVAL_MS, openTableStore } from './storage/openTableStore.ts';
import { serverTls } from './tls/serverTls.ts';
import { toError } from './toError.ts';
import { createZerobusLocal, type ZerobusLocal } from './zerobusLocal.ts';
import type { ZerobusLocalOptions } from './zerobusLocalOptions.ts';

const HOUR_MS = 3_600_000;

/**
 * Starts a Zerobus on this machine: the gRPC service, the HTTP endpoints, and the Delta tables
 * behind them.
 *
 * @throws {@link TableDefinitionError} if a table can't be declared like that
 * @throws {@link TableStoreError} if another process has `dataDir` open, or if a table exists with columns that can't
 * become those declared
 * @throws TypeError if an option is of another type, with the code `INVALID_OPTIONS`, or if the certificates can't be
 * used
 * @throws {@link ListenError} `PORT_IN_USE` if a port is taken, `LISTEN_FAILED` if it can't listen for another reason
 */
export async function startZerobusLocal(options: ZerobusLocalOptions = {}): Promise<ZerobusLocal> {
  checkOptions(options);
  const scripts = (options.tables ?? []).map((table) =>
    typeof table === 'string' ? parseScript(table, options.variables) : { tables: [table], notes: [] },
  );
  const onNote = options.onNote ?? ((note) => void process.stderr.write(`zerobus-local: ${note}\n`));
  scripts.flatMap(({ notes }) => notes).forEach(onNote);
  const report = options.onError ?? ((error) => void process.stderr.write(`zerobus-local: ${error.message}\n`));
  const onError = (error: unknown): void => report(toError(error));
  const temporaryDir = options.dataDir === undefined ? await mkdtemp(join(tmpdir(), 'zerobus-local-')) : undefined;
  const undo: (() => unknown)[] = [];
  if (temporaryDir !== undefined) {
    undo.push(() => rm(temporaryDir, { recursive: true, force: true }));
  }
  try {
    const dataDir = resolve(options.dataDir ?? (temporaryDir as string));
    const { flushIntervalMs, maxUnflushedBytes, optimizeAfterFiles, onFlush } = options;
    const monitor = new LiveMonitor();
    const onEvent = eventsTo(options.onEvent, onError);
    const activity = new Activity((event) => {
      monitor.report(event);
      onEvent(event);
    });
    const streams = new Set<LiveStream>();
    const store = await openTableStore({
      dataDir,
      tables: scripts.flatMap(({ tables }) => tables),
      onError,
      onRowsRejected: (tableName, rows) => activity.report({ type: 'rowsRejected', tableName, rows }),
      onUnwritable: (fullName, error) => endStreams(streams, fullName, error),
      ...(flushIntervalMs === undefined ? {} : { flushIntervalMs }),
      ...(maxUnflushedBytes === undefined ? {} : { maxUnflushedBytes }),
      ...(optimizeAfterFiles === undefined ? {} : { optimizeAfterFiles }),
      onFlush: (event, durationMs) => {
        const { fullName, rows, version } = event;
        activity.report({ type: 'commit', tableName: fullName, rows, version, durationMs });
        onFlush?.(event);
      },
    });
    undo.push(() => store.close());

    const tables = new ServedTables(store, options.variables ?? {}, onNote);
    const faults = new FaultInjector(streams);
    const failures = new FailureReport(onError);
    const host = options.host ?? '127.0.0.1';
    let grpcPort: number | undefined;
    const requiresAuth = options.auth !== false;
    const tls = options.tls
      ? await serverTls(options.tls, host, dataDir, (message) => onError(new TableStoreError(message)))
      : undefined;
    // Tokens that any program gets without credentials must not be valid once credentials are checked.
    const tokens = new AccessTokens(
      options.auth === false ? randomBytes(32) : await tokenKey(dataDir, options.auth, onError),
    );

    monitor.start({
      streams,
      counters: () => activity.counters,
      faults: () => faults.active,
      tables: () => tableSummaries(store),
    });
    const ingest: IngestParts = {
      sink: store,
      findTable: (fullName) => tables.find(fullName)?.definition,
      tableProblem: (fullName) => store.problem(fullName),
      tableNames: () => tables.fullNames,
      tokens: requiresAuth ? tokens : undefined,
      faults,
      activity,
      monitor,
      streams,
      onError: (error) => failures.report(toError(error)),
    };
    const context: HttpContext = {
      tokens,
      requiresAuth,
      credentials: options.auth === false ? undefined : options.auth,
      subjectTokenIssuer: options.subjectTokenIssuer,
      workspaceId: options.workspaceId,
      tokenTtlMs: options.tokenTtlMs ?? HOUR_MS,
      sites: { host, allowedHosts: options.allowedHosts ?? [], hasTls: tls !== undefined },
      faults,
      activity,
      store,
      live: {
        pageToken: randomBytes(24).toString('base64url'),
        monitor,
        settings: {
          dataDir,
          startedAtMs: Date.now(),
          flushIntervalMs: flushIntervalMs ?? DEFAULT_FLUSH_INTERVAL_MS,
          ...(tls?.made === undefined ? {} : { caPath: tls.made.caPath }),
          ...(options.rotateAfterMs === undefined ? {} : { rotateAfterMs: options.rotateAfterMs }),
        },
      },
      findTable: (fullName) => tables.find(fullName),
      alterTable: (sql) => tables.alter(sql),
      createTables: (sql) => tables.create(sql),
      checkTables: (sql) => tables.check(sql),
      grpcPort: () => grpcPort,
      tableNames: () => tables.fullNames,
    };
    const restParts = { ...ingest, isFull: (fullName: string) => store.isFull(fullName) };
    const http = new HttpEndpoint(context, restParts, makeLiveSite(context), tls);
    // Clients that reconnect at once must get their tokens.
    const httpPort = await http.listen(host, options.httpPort ?? 0);
    undo.push(() => http.close());

    const { rotateAfterMs, rotationGraceMs = 10_000 } = options;
    const grpc = new GrpcEndpoint({ ...ingest, rotateAfterMs, rotationGraceMs }, tls);
    const port = await grpc.listen(host, options.port ?? 0);
    grpcPort = port;
    undo.push(() => grpc.close());
    const flushEndpoint = await FlushEndpoint.open(dataDir, (fullNames) => store.flushServed(fullNames));
    return createZerobusLocal({
      host,
      port,
      httpPort,
      dataDir,
      temporaryDir,
      tls,
      grpc,
      http,
      flushEndpoint,
      store,
      tables,
      faults,
      activity,
    });
  } catch (error) {
    for (const step of undo.reverse()) {
      await step();
    }
    throw error;
  }
}

/** An error of the callback must not end a stream or a flush. */
function eventsTo(
  onEvent: ZerobusLocalOptions['onEvent'],
  onError: (error: unknown) => void,
): (event: ServerEvent) => void {
  return (event) => {
    try {
      onEvent?.(event);
    } catch (error) {
      onError(error);
    }
  };
}

/** Ends the streams of a table that can't take rows any more. Clients do not retry after INVALID_ARGUMENT. */
function endStreams(streams: ReadonlySet<LiveStream>, fullName: string, { message }: Error): void {
  for (const stream of streams) {
    if (stream.tableName === fullName) {
      stream.closeWith({ code: status.INVALID_ARGUMENT, message: statusText(message) });
    }
  }
}
