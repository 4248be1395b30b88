import { type DeltaColumn, type DeltaTable, fullTableName } from './deltaType.ts';
import { nameSql } from './nameSql.ts';
import { stringSql } from './stringSql.ts';
import { typeSql } from './typeSql.ts';

/**
 * The statement that makes a table like this one, in Databricks SQL. Tags of columns are set by statements after it.
 *
 * @returns the statements, each with a `;` at its end
 */
export function createTableSql(table: DeltaTable): string {
  const { columns, comment, partitionColumns = [], clusterColumns, properties = {}, constraints = [] } = table;
  const name = fullTableName(table);
  const entries = Object.entries(properties);
  const parts = [
    `CREATE TABLE ${name} (\n${[...columns.map(columnSql), ...constraints].map((line) => `  ${line}`).join(',\n')}\n)`,
    'USING delta',
    ...(partitionColumns.length === 0 ? [] : [`PARTITIONED BY (${partitionColumns.map(nameSql).join(', ')})`]),
    ...(clusterColumns === undefined ? [] : [`CLUSTER BY ${clusteringSql(clusterColumns)}`]),
    ...(comment === undefined ? [] : [`COMMENT ${stringSql(comment)}`]),
    ...(entries.length === 0 ? [] : [`TBLPROPERTIES (\n  ${pairsSql(entries).join(',\n  ')}\n)`]),
  ];
  const tags = columns.flatMap((column) =>
    column.tags === undefined
      ? []
      : `ALTER TABLE ${name} ALTER COLUMN ${nameSql(column.name)} SET TAGS (${pairsSql(Object.entries(column.tags)).join(', ')})`,
  );
  return [parts.join('\n'), ...tags].map((statement) => `${statement};\n`).join('');
}

function columnSql(column: DeltaColumn): string {
  const { identity, generated, default: initial } = column;
  return [
    nameSql(column.name),
    typeSql(column.type),
    ...(column.nullable ? [] : ['NOT NULL']),
    ...(identity === undefined
      ? []
      : [
          `GENERATED ${identity.allowExplicitInsert ? 'BY DEFAULT' : 'ALWAYS'} AS IDENTITY ` +
            `(START WITH ${identity.start} INCREMENT BY ${identity.step})`,
        ]),
    ...(generated === undefined ? [] : [`GENERATED ALWAYS AS (${generated})`]),
    ...(initial === undefined ? [] : [`DEFAULT ${initial}`]),
    ...(column.comment === undefined ? [] : [`COMMENT ${stringSql(column.comment)}`]),
  ].join(' ');
}

function clusteringSql(columns: readonly string[] | 'auto'): string {
  return columns === 'auto' ? 'AUTO' : `(${columns.map((path) => path.split('.').map(nameSql).join('.')).join(', ')})`;
}

function pairsSql(entries: readonly (readonly [key: string, value: string])[]): readonly string[] {
  return entries.map(([key, value]) => `${stringSql(key)} = ${stringSql(value)}`);
}
