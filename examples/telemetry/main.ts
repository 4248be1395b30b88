// Readings into a table, with metrics for Prometheus. With --serve it goes on until SIGTERM or Ctrl-C, for the
// dashboard. Without, it loses its connection once, rejects some records, prints its metrics, and ends.
import { Command } from 'commander';
import { fromEvent, lastValueFrom, map, merge, take, takeUntil, timer } from 'rxjs';
import { toZerobus } from 'rxjs-zerobus';
import { integerAtLeast } from '../support/integerAtLeast.ts';
import { AIR_QUALITY_TABLE, withZerobus } from '../support/withZerobus.ts';
import { startTelemetry } from './telemetry.ts';

interface Options {
  readonly serve?: true;
  readonly port: number;
  readonly host: string;
  readonly cutEveryMs: number;
}

const { serve, port, host, cutEveryMs } = new Command('npm run example telemetry --')
  .description('Writes readings for two seconds, and prints what Prometheus would read.')
  .option('--serve', 'go on until Ctrl-C instead')
  .option('--port <port>', 'the port of /metrics; 0 for any free one', integerAtLeast(0), 9464)
  .option('--host <host>', 'the address of /metrics; 0.0.0.0 for a Prometheus in a container', '127.0.0.1')
  .option('--cut-every-ms <ms>', 'the time between faults: connections are cut', integerAtLeast(100), 15_000)
  .parse()
  .opts<Options>();

/** The metrics of a client in Prometheus' text, without the labels that are the same in all of them. */
function shortLines(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => /^(?:messaging|zerobus)_client_/.test(line) && !line.includes('_bucket{'))
    .map((line) => line.replace(/\{.*\}/, (labels) => ['', ...(/error_type="\w+"/.exec(labels) ?? [])].join(' ')));
}

const telemetry = await startTelemetry('readings', port, host);
console.log(`metrics at ${telemetry.url}`);
try {
  await withZerobus(async (workspace, breakConnections) => {
    const end$ = serve ? merge(fromEvent(process, 'SIGTERM'), fromEvent(process, 'SIGINT')) : timer(2000);
    const cuts = timer(serve ? cutEveryMs : 1000, cutEveryMs).subscribe(breakConnections);
    const readings$ = timer(0, 5).pipe(
      map((second) => ({
        device_name: `sensor-${second % 10}`,
        // A sensor that is broken now and then.
        temp: second % 100 === 50 ? 'broken' : 20 + (second % 5),
        humidity: 50,
      })),
    );
    const durable$ = readings$.pipe(
      takeUntil(end$.pipe(take(1))),
      toZerobus(AIR_QUALITY_TABLE, {
        ...workspace,
        recoveryBackoffMs: 50,
        rejected: ({ error }) => console.log(`rejected: ${error.code}`),
      }),
    );
    await lastValueFrom(durable$, { defaultValue: -1 });
    cuts.unsubscribe();
  });
  if (!serve) {
    const response = await fetch(telemetry.url);
    console.log(shortLines(await response.text()).join('\n'));
  }
} finally {
  await telemetry.shutdown();
}
