#!/usr/bin/env node
import { Command, Option } from 'commander';
import { toError } from '../toError.ts';
import { DOCUMENTATION, VERSION } from '../version.ts';
import { type AlterOptions, alter } from './alter.ts';
import { collectVariable } from './collectVariable.ts';
import { rowFormats } from './formatRows.ts';
import { optimize } from './optimize.ts';
import { parseByteSize } from './parseByteSize.ts';
import { parseDuration } from './parseDuration.ts';
import { parseFileCount } from './parseFileCount.ts';
import { parsePort } from './parsePort.ts';
import { parseRetention } from './parseRetention.ts';
import { printDdl } from './printDdl.ts';
import { type RescueOptions, rescue } from './rescue.ts';
import { type ServeOptions, serve } from './serve.ts';
import { logFormats } from './serverLog.ts';
import { type SqlOptions, sql } from './sql.ts';
import { type VacuumCommandOptions, vacuum } from './vacuum.ts';

const DEFAULT_DATA = './zerobus-data';

const program = new Command('zerobus-local')
  .description('Runs a Zerobus on this machine. Any Zerobus client can stream records into its Delta tables.')
  .version(VERSION, '-V, --version', 'print the version')
  .addOption(new Option('-v').hideHelp())
  .on('option:v', () => {
    process.stdout.write(`${VERSION}\n`);
    process.exit(0);
  })
  .helpOption('-h, --help', 'print this help')
  .helpCommand('help [command]', 'print this help, or that of a command')
  .option('--data <dir>', 'data directory; the tables in it are served again', DEFAULT_DATA)
  .option('--table <ddl>', 'CREATE TABLE statement of a table to serve; can be repeated', collect)
  .option('--tables <file>', 'SQL script or notebook with CREATE TABLE statements; can be repeated', collect)
  .option(
    '--var <name=value>',
    'value of a placeholder of the scripts, such as catalog=main; can be repeated',
    collectVariable,
  )
  .option(
    '--host <host>',
    'address to listen on; 0.0.0.0 or :: for all; the default is reachable from this machine only',
    '127.0.0.1',
  )
  .option(
    '--allow-host <name>',
    'further name by which browsers reach the HTTP endpoints, such as that of a tunnel; can be repeated',
    collect,
  )
  .option('--port <port>', 'port of the gRPC service; 0 for any free port', parsePort, 50051)
  .option(
    '--http-port <port>',
    'port of the HTTP endpoints (OAuth, Unity Catalog, REST ingest); 0 for any free port',
    parsePort,
    50052,
  )
  .addOption(
    new Option('--flush-interval <duration>', 'longest time until an acknowledged row is in its table')
      .argParser(parseDuration)
      .default(5000, '5s'),
  )
  .addOption(
    new Option('--max-unflushed <size>', "size of a table's unflushed rows beyond which its streams must wait")
      .argParser(parseByteSize)
      .default(2 ** 30, '1GiB'),
  )
  .addOption(
    new Option('--optimize-after <files>', 'small files of a table that are merged into one; 0 merges none')
      .argParser(parseFileCount)
      .default(32),
  )
  .option(
    '--rotate-after <duration>',
    'age at which streams get a close signal; the service sends one every 15m',
    parseDuration,
  )
  .option('--tls', 'use TLS with its own certificates; clients must trust <dir>/tls/ca.pem, once')
  .option('--tls-cert <file>', 'use TLS with this certificate (PEM), followed by intermediate ones; needs --tls-key')
  .option('--tls-key <file>', 'private key of the certificate (PEM)')
  .option('--tls-client-ca <file>', 'serve only clients with a certificate of this authority (PEM)')
  .option('--verbose', 'print a line on stderr for each stream, refusal, failed TLS handshake, token and commit')
  .addOption(
    new Option('--log <format>', 'print them as text, as --verbose does, or as one JSON object per line').choices(
      logFormats,
    ),
  )
  .option('--no-auth', 'require no token')
  .addOption(new Option('--client-id <id>', 'the only client that gets tokens').env('DATABRICKS_CLIENT_ID'))
  .addOption(
    new Option('--client-secret <secret>', 'its secret; prefer the environment variable').env(
      'DATABRICKS_CLIENT_SECRET',
    ),
  )
  .option('--subject-token-issuer <url>', "issuer of an identity provider's tokens that are exchanged for tokens")
  .allowExcessArguments()
  .action((options: ServeOptions, command: Command) => {
    const [unknown] = command.args;
    if (unknown !== undefined) {
      const known = command.commands.map((each) => each.name()).join(', ');
      command.error(`error: unknown command '${unknown}'. The commands are: ${known}.`);
    }
    return serve(options);
  });

program
  .command('sql')
  .description('print the rows of a query over the tables; a running server flushes them first')
  .argument('<query>', "SELECT in DuckDB's dialect, with table names such as main.iot.readings, or readings if unique")
  .option('--data <dir>', 'data directory', DEFAULT_DATA)
  .addOption(new Option('--format <format>', 'output format').choices(rowFormats).default('table'))
  .option('--no-flush', 'leave rows that are not in the tables yet to the next flush of the server')
  .action((query: string, _options: unknown, command: Command) => sql(query, command.optsWithGlobals<SqlOptions>()));

program
  .command('ddl')
  .description('print the CREATE TABLE statement of a table, or of all tables; a server can be running')
  .argument('[table]', 'name of a table, such as main.iot.readings, or readings if unique; defaults to all tables')
  .option('--data <dir>', 'data directory', DEFAULT_DATA)
  .action((table: string | undefined, _options: unknown, command: Command) =>
    printDdl(command.optsWithGlobals<{ data: string }>().data, table),
  );

program
  .command('alter')
  .description('have the running server alter a table; open streams go on')
  .argument('<statement>', 'ALTER TABLE … ADD COLUMNS (…), or ALTER TABLE … ALTER COLUMN … SET TAGS (…)')
  .option('--url <url>', 'workspace URL of the server; defaults to 127.0.0.1 with --http-port')
  .action(async (statement: string, _options: unknown, command: Command) => {
    process.stdout.write(await alter(statement, command.optsWithGlobals<AlterOptions>()));
  });

program
  .command('rescue')
  .description('print acknowledged rows that are in no table yet as NDJSON; stop the server first')
  .argument('[dir]', 'data directory; defaults to --data')
  .option('--only <table>', 'print the rows of this table only, such as main.iot.readings, or readings if unique')
  .option('--reject', "move rows that their table can't take into _zerobus/table_rejected_parquets of the table")
  .option('--out <dir>', 'write one file per table into this folder instead of printing the rows')
  .action(async (dir: string | undefined, _options: unknown, command: Command) => {
    const { data, ...options } = command.optsWithGlobals<RescueOptions & { data: string }>();
    await rescue(dir ?? data, options);
  });

program
  .command('optimize')
  .description('merge the small files of tables, as OPTIMIZE does; a server can be running')
  .argument('[tables...]', 'names, such as main.iot.readings, or readings if unique; defaults to all tables')
  .option('--data <dir>', 'data directory', DEFAULT_DATA)
  .action((tables: readonly string[], _options: unknown, command: Command) =>
    optimize(command.optsWithGlobals<{ data: string }>().data, tables),
  );

program
  .command('vacuum')
  .description('delete data files that were removed from their table, or never belonged to it; a server can be running')
  .argument('[tables...]', 'names, such as main.iot.readings, or readings if unique; defaults to all tables')
  .option('--data <dir>', 'data directory', DEFAULT_DATA)
  .option(
    '--retain <duration>',
    "how long removed files stay, such as 7d or 12h; defaults to the table's delta.deletedFileRetentionDuration, or 168h",
    parseRetention,
  )
  .option('--dry-run', 'only print the paths')
  .action((tables: readonly string[], _options: unknown, command: Command) =>
    vacuum(tables, command.optsWithGlobals<VacuumCommandOptions>()),
  );

program.addHelpText(
  'after',
  `
Example:
  zerobus-local --data ./lake --table "CREATE TABLE main.iot.readings (device STRING, temp INT NOT NULL, measured_at TIMESTAMP)"
  zerobus-local sql "SELECT device, avg(temp) FROM main.iot.readings GROUP BY device" --data ./lake

Documentation: ${DOCUMENTATION}
`,
);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(
    `zerobus-local: ${toError(error)
      .message.replaceAll(/\s*\n\s*/g, ' ')
      .trim()}\n`,
  );
  process.exitCode = 1;
}

function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}
