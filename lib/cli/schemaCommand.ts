import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fetchTable } from '../catalog/fetchTable.ts';
import { encodeDescriptorSet } from '../table/encodeDescriptor.ts';
import { protoText } from '../table/protoText.ts';
import type { TableDefinition } from '../table/tableDefinition.ts';
import { tableModuleText } from '../table/tableModuleText.ts';
import { parseTableName } from '../table/tableName.ts';
import type { Command } from './command/command.ts';
import { SUCCESS } from './command/exitCodes.ts';
import { checkGiven, parseOptions } from './command/parseOptions.ts';

const optionForms = {
  'uc-endpoint': { type: 'string' },
  'client-id': { type: 'string' },
  'client-secret': { type: 'string' },
  table: { type: 'string' },
  columns: { type: 'string' },
  'output-dir': { type: 'string' },
  'proto-msg': { type: 'string' },
} as const;

const HELP = `Usage: rxjs-zerobus schema --table CATALOG.SCHEMA.TABLE [options]

Reads a table's columns from Unity Catalog and writes
  TABLE.proto        the protobuf message of a row (proto2)
  TABLE.descriptor   the same message as a FileDescriptorSet, as protoc writes it
  TABLE.ts           the definition of the table for rxjs-zerobus, with the type of its rows

Options:
  --table NAME           the table: catalog.schema.table
  --columns NAMES        the columns to take, with commas between them; defaults to every column that can be written
  --uc-endpoint URL      the workspace; defaults to DATABRICKS_HOST
  --client-id ID         the application id of the service principal; defaults to DATABRICKS_CLIENT_ID
  --client-secret TEXT   its OAuth secret; defaults to DATABRICKS_CLIENT_SECRET, which other users cannot see
  --output-dir DIR       the folder for the files, created if it does not exist; defaults to the current folder
  --proto-msg NAME       the name of the protobuf message; defaults to schema and table in PascalCase
  -h, --help             print this text

The service principal needs USE CATALOG, USE SCHEMA and SELECT on the table.
Exit codes: 0 success, 1 failure, 2 invalid arguments.`;

/**
 * `rxjs-zerobus schema`: generates a `.proto`, a descriptor set and a TypeScript definition from a table in Unity
 * Catalog.
 */
export const schemaCommand: Command = {
  name: 'schema',
  summary: "generates a table's .proto, descriptor and TypeScript definition from Unity Catalog",
  help: HELP,
  run: async (args, context) => {
    const options = parseOptions(args, optionForms, context.env, false);
    checkGiven(options, ['table', 'uc-endpoint', 'client-id', 'client-secret']);
    const given = options.text;
    const table = given('table');
    const { table: baseName } = parseTableName(table);
    const outputDir = given('output-dir') || '.';
    const definition = await fetchTable(given('uc-endpoint'), table, {
      clientId: given('client-id'),
      clientSecret: given('client-secret'),
      messageName: given('proto-msg') || undefined,
      columns: namesIn(given('columns')),
    });
    await mkdir(outputDir, { recursive: true });
    for (const [name, content] of filesOf(baseName, definition)) {
      const path = join(outputDir, name);
      await writeFile(path, content);
      context.print(path);
    }
    return SUCCESS;
  },
};

function namesIn(list: string): readonly string[] | undefined {
  const names = list.split(',').map((name) => name.trim());
  const given = names.filter((name) => name !== '');
  return given.length === 0 ? undefined : given;
}

/** Returns all files before the first one is written, so that an error does not leave some of them. */
function filesOf(
  baseName: string,
  definition: TableDefinition<unknown>,
): readonly (readonly [string, string | Uint8Array])[] {
  const protoName = `${baseName}.proto`;
  return [
    [protoName, protoText(definition)],
    [`${baseName}.descriptor`, encodeDescriptorSet(protoName, definition.message)],
    [`${baseName}.ts`, tableModuleText(definition)],
  ];
}
