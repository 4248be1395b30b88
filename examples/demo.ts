#!/usr/bin/env node
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { BehaviorSubject, filter, finalize, fromEvent, interval, lastValueFrom, map, takeUntil, tap } from 'rxjs';
import { isZerobusError, pull, toZerobus } from 'rxjs-zerobus';
import { startZerobusLocal, type ZerobusLocal } from 'zerobus-local';
import { CREATE_FLIGHTS_TABLE, FLIGHTS_TABLE, flightLines, parseFlight, toFlightRow } from './demo/flights.ts';
import { paced } from './demo/paced.ts';
import { showProgress } from './demo/showProgress.ts';
import { Tally } from './demo/tally.ts';
import { reachThisMachineDirectly } from './support/reachThisMachineDirectly.ts';

interface DemoOptions {
  readonly all?: true;
  readonly chaos?: true;
  readonly rate?: number;
  readonly data: string;
}

const SOME_FLIGHTS = 200_000;
const ALL_FLIGHTS = 3_000_000;
const CUT_EVERY_MS = 500;
/** Slow enough for several cuts during a run of the default size. */
const CHAOS_RATE = 50_000;

const options = new Command('demo')
  .description('Streams real US flight records through an RxJS pipeline and a local Zerobus into a Delta table.')
  .option(
    '--all',
    `send all ${ALL_FLIGHTS.toLocaleString('en')} flights instead of ${SOME_FLIGHTS.toLocaleString('en')}`,
  )
  .option(
    '--chaos',
    `cut the connection every ${CUT_EVERY_MS} ms, at ${CHAOS_RATE.toLocaleString('en')} records per second unless --rate is given`,
  )
  .option(
    '--rate <records>',
    'the maximum number of records per second (default: as fast as they become durable)',
    positiveNumber,
  )
  .option('--data <folder>', 'the folder for the Delta table, which is emptied first', '.zerobus-demo')
  .parse()
  .opts<DemoOptions>();

process.exitCode = await main(options);

async function main({ all, chaos, rate = chaos ? CHAOS_RATE : undefined, data }: DemoOptions): Promise<number> {
  reachThisMachineDirectly();
  const dataDir = resolve(data);
  await rm(dataDir, { recursive: true, force: true });
  await using server = await startZerobusLocal({ dataDir, tables: [CREATE_FLIGHTS_TABLE], flushIntervalMs: 1000 });
  console.log(
    `zerobus-local listens on ${server.endpoint} (gRPC) and ${server.workspaceUrl} (OAuth). The table is ${FLIGHTS_TABLE}.`,
  );

  const total = all ? ALL_FLIGHTS : SOME_FLIGHTS;
  const lines = flightLines(total);
  const tally = new Tally();
  let durable = 0;
  let cuts = 0;
  const stopProgress = showProgress(total, () => ({ sent: tally.sent, durable }));
  const interrupted$ = fromEvent(process, 'SIGINT');
  const chaos$ = interval(CUT_EVERY_MS).pipe(tap(() => (cuts += server.faults.cutConnections())));
  const chaosSubscription = chaos ? chaos$.subscribe() : undefined;

  const paused$ = new BehaviorSubject(false);
  const durable$ = pull(rate === undefined ? lines : paced(lines, rate), paused$).pipe(
    map(parseFlight),
    filter((fields) => fields !== undefined),
    map(toFlightRow),
    tap((row) => tally.add(row)),
    toZerobus(FLIGHTS_TABLE, {
      endpoint: server.endpoint,
      workspaceUrl: server.workspaceUrl,
      clientId: 'demo',
      clientSecret: 'demo-secret',
      backpressure: paused$,
      recoveryBackoffMs: 100,
    }),
    tap((offset) => {
      durable = offset + 1;
    }),
    takeUntil(interrupted$),
    finalize(() => {
      chaosSubscription?.unsubscribe();
      stopProgress();
    }),
  );

  try {
    await lastValueFrom(durable$, { defaultValue: -1 });
  } catch (error) {
    console.error(
      isZerobusError(error)
        ? `${error.code}: ${error.message} (${error.unacked.length} records are not durable)`
        : error,
    );
    return 1;
  }
  if (chaos) {
    console.log(`${cuts} connections were cut`);
  }
  return report(server, tally, durable);
}

/** Reads the Delta table and prints the result. @returns the exit code */
async function report(server: ZerobusLocal, tally: Tally, durableCount: number): Promise<number> {
  await server.flush();
  const tablePath = server.tablePath(FLIGHTS_TABLE);
  const { sent, durable, rows, lost, duplicated } = await tally.compare(tablePath, durableCount);
  console.log(`to look at it: npx zerobus-local sql "SELECT * FROM ${FLIGHTS_TABLE} LIMIT 5" --data ${server.dataDir}`);
  console.log(
    `demo: sent=${sent} durable=${durable} rows=${rows} lost=${lost} duplicated=${duplicated} table=${tablePath}`,
  );
  return sent === durable && lost === 0 && rows === sent + duplicated ? 0 : 1;
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (value > 0) {
    return value;
  }
  throw new InvalidArgumentError('It must be a number above 0.');
}
