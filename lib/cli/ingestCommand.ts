import type { Command } from './command/command.ts';
import { checkGiven, type GivenArguments, type OptionForms, parseOptions } from './command/parseOptions.ts';
import { UsageError } from './command/usageError.ts';
import type { IngestSettings } from './ingest/settings.ts';

const optionForms: OptionForms = {
  endpoint: { type: 'string' },
  'uc-endpoint': { type: 'string' },
  'client-id': { type: 'string' },
  'client-secret': { type: 'string' },
  table: { type: 'string' },
  format: { type: 'string' },
  delimiter: { type: 'string' },
  rejected: { type: 'string' },
  'max-rejections': { type: 'string' },
  resume: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  streams: { type: 'string' },
  rate: { type: 'string' },
  window: { type: 'string' },
  local: { type: 'boolean' },
  data: { type: 'string' },
  sample: { type: 'string' },
};

const HELP = `Usage: rxjs-zerobus ingest [FILES…] --table CATALOG.SCHEMA.TABLE [options]

Writes files into a table through Zerobus, at least once. FILES are paths and patterns such as 'logs/*.ndjson.gz'.
Without any, or as -, it is standard input. Each may be compressed with gzip.
  .ndjson, .jsonl, .json   one JSON object per line; times may be ISO text, bytes are base64
  .csv, .tsv               a header with the names of columns; an empty field is NULL, nested values are JSON

Options:
  --table NAME           the table: catalog.schema.table; its columns are fetched from Unity Catalog
  --format FORMAT        ndjson or csv; defaults to the ending of each file, and to ndjson for standard input
  --delimiter TEXT       what separates the fields of CSV, \\t for a tab; defaults to a comma, and to a tab in .tsv files
  --rejected FILE        appends records that do not fit to this file, with reasons; defaults to ending at the first one
  --max-rejections N     the most records in a row that may be rejected; defaults to 100
  --resume               keeps a checkpoint beside each file, and goes on behind it if it is there
  --dry-run              checks every record against the table, and sends nothing
  --streams N            the number of streams; with several, records are not in order; defaults to 1
  --rate N               the most records per second; defaults to no limit
  --window N             the most records in flight; with --resume, the most that are written twice after a kill;
                         defaults to 100000
  --local                writes into a table of a Zerobus on this machine, with inferred columns; it needs the package
                         zerobus-local and no account; --table defaults to main.default.NAME, by the name of the file
  --data DIR             the data directory for --local; defaults to ./zerobus-data
  --sample N             the number of records that --local infers the columns from; defaults to 1000
  --endpoint URL         the Zerobus endpoint; defaults to ZEROBUS_ENDPOINT
  --uc-endpoint URL      the workspace; defaults to DATABRICKS_HOST
  --client-id ID         the application id of the service principal; defaults to DATABRICKS_CLIENT_ID
  --client-secret TEXT   its OAuth secret; defaults to DATABRICKS_CLIENT_SECRET, which other users cannot see
  -h, --help             print this text

Ctrl-C ends reading, and what was read becomes durable. A second Ctrl-C ends at once.
Exit codes: 0 everything is durable, or fits with --dry-run; 1 failure; 2 invalid arguments; 3 some records do not fit;
130 ended by Ctrl-C (SIGINT), 143 by SIGTERM.`;

/** `rxjs-zerobus ingest`: writes files or standard input into a table. */
export const ingestCommand: Command = {
  name: 'ingest',
  summary: 'writes files of NDJSON or CSV, or standard input, into a table',
  help: HELP,
  run: async (args, context) => {
    const given = parseOptions(args, optionForms, context.env, true);
    const settings = settingsOf(given);
    // Other commands, and errors of the arguments, need not wait for all of it.
    const { ingestFiles } = await import('./ingest/ingestFiles.ts');
    return ingestFiles(settings, context);
  },
};

/** @throws {@link UsageError} if an option is not valid or missing */
function settingsOf(given: GivenArguments): IngestSettings {
  const { text, has, positionals } = given;
  const isLocal = has('local');
  checkGiven(given, isLocal ? [] : needed(given));
  const format = text('format') || undefined;
  if (format !== undefined && format !== 'ndjson' && format !== 'csv') {
    throw new UsageError('--format must be ndjson or csv.');
  }
  const delimiter = text('delimiter').replaceAll('\\t', '\t');
  if (/["\r\n]/.test(delimiter)) {
    throw new UsageError('--delimiter must not have a quote or a line break.');
  }
  const resume = has('resume');
  if (resume && (positionals.length === 0 || positionals.includes('-'))) {
    throw new UsageError('--resume needs files: standard input cannot be read again. Write it into a file first.');
  }
  if (has('dry-run') && text('rejected') !== '') {
    throw new UsageError('--dry-run writes nothing, so it has no use for --rejected.');
  }
  if (!isLocal && (text('data') !== '' || text('sample') !== '')) {
    throw new UsageError('--data and --sample are for --local.');
  }
  return {
    patterns: positionals,
    format,
    delimiter: delimiter || undefined,
    table: text('table'),
    connection: {
      endpoint: text('endpoint'),
      workspaceUrl: text('uc-endpoint'),
      clientId: text('client-id'),
      clientSecret: text('client-secret'),
    },
    rejected: text('rejected') || undefined,
    maxRejectionsInARow: count(given, 'max-rejections') ?? 100,
    resume,
    dryRun: has('dry-run'),
    streams: count(given, 'streams') ?? 1,
    rate: count(given, 'rate'),
    window: count(given, 'window') ?? 100_000,
    localFolder: isLocal ? text('data') || './zerobus-data' : undefined,
    sample: count(given, 'sample') ?? 1000,
  };
}

/** A dry run does not need the service. */
function needed({ has }: GivenArguments): readonly string[] {
  return ['table', ...(has('dry-run') ? [] : ['endpoint']), 'uc-endpoint', 'client-id', 'client-secret'];
}

function count({ text }: GivenArguments, name: string): number | undefined {
  const digits = text(name);
  if (digits === '') {
    return undefined;
  }
  if (!/^[1-9]\d{0,8}$/.test(digits)) {
    throw new UsageError(`--${name} must be an integer from 1 to 999999999.`);
  }
  return Number(digits);
}
