#!/usr/bin/env node
import { Command, Option } from 'commander';
import { querySql } from '../sql/querySql.ts';
import { toError } from '../toError.ts';
import { VERSION } from '../version.ts';
import { checkDataFolder } from './checkDataFolder.ts';
import { formatRows, type RowFormat, rowFormats } from './formatRows.ts';
import { parseByteSize } from './parseByteSize.ts';
import { parseDuration } from './parseDuration.ts';
import { parsePort } from './parsePort.ts';
import { type RescueOptions, rescue } from './rescue.ts';
import { type ServeOptions, serve } from './serve.ts';

const DEFAULT_DATA = './zerobus-data';

const program = new Command('zerobus-local')
  .description('A Zerobus on this machine: any Zerobus client can stream records into real Delta tables.')
  .version(VERSION)
  .option('--data <dir>', 'folder of the tables; those that are in it are served again', DEFAULT_DATA)
  .option('--table <ddl>', 'a CREATE TABLE statement of a table to serve; may be given several times', collect)
  .option('--tables <file>', 'a file of CREATE TABLE statements')
  .option('--host <host>', 'address to listen on; other machines can reach it only if you change this', '127.0.0.1')
  .option('--port <port>', 'port of the gRPC service; 0 for any that is free', parsePort, 50051)
  .option(
    '--http-port <port>',
    'port of the OAuth and Unity Catalog endpoints; 0 for any that is free',
    parsePort,
    50052,
  )
  .addOption(
    new Option('--flush-interval <duration>', 'longest time until an acknowledged row shows in its table')
      .argParser(parseDuration)
      .default(5000, '5s'),
  )
  .addOption(
    new Option('--max-unflushed <size>', "length of a table's waiting rows at which its streams have to wait, too")
      .argParser(parseByteSize)
      .default(2 ** 30, '1GiB'),
  )
  .option(
    '--rotate-after <duration>',
    'tell streams to leave after this time, as the service does every 15m',
    parseDuration,
  )
  .option('--tls', 'speak TLS, with certificates made at start; clients have to trust <dir>/tls/ca.pem')
  .option('--no-auth', 'ask for no token')
  .addOption(new Option('--client-id <id>', 'the only client that gets tokens').env('DATABRICKS_CLIENT_ID'))
  .addOption(
    new Option('--client-secret <secret>', 'its secret; better given by the variable').env('DATABRICKS_CLIENT_SECRET'),
  )
  .action((options: ServeOptions) => serve(options));

program
  .command('sql')
  .description('print the rows of a query over the tables of a folder, also while a server is running on it')
  .argument('<query>', "a SELECT in DuckDB's dialect; tables go by their full names, such as main.iot.readings")
  .option('--data <dir>', 'folder of the tables', DEFAULT_DATA)
  .addOption(new Option('--format <format>', 'how to print the rows').choices(rowFormats).default('table'))
  .action(async (query: string, _options: unknown, command: Command) => {
    const { data, format } = command.optsWithGlobals<{ data: string; format: RowFormat }>();
    await checkDataFolder(data);
    process.stdout.write(formatRows(await querySql(data, query), format));
  });

program
  .command('rescue')
  .description('print acknowledged rows that are in no table as NDJSON; no server may be running on the folder')
  .argument('[dir]', 'folder of the tables; default: --data')
  .option('--only <table>', 'only the rows of this table, by its full name')
  .option('--out <dir>', 'write one file a table into this folder instead of printing the rows')
  .action(async (dir: string | undefined, _options: unknown, command: Command) => {
    const { data, ...options } = command.optsWithGlobals<RescueOptions & { data: string }>();
    await rescue(dir ?? data, options);
  });

program.addHelpText(
  'after',
  `
Example:
  zerobus-local --data ./lake --table "CREATE TABLE main.iot.readings (device STRING, temp INT NOT NULL, at TIMESTAMP)"
  zerobus-local sql "SELECT device, avg(temp) FROM main.iot.readings GROUP BY device" --data ./lake
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
