import type { DeltaColumn, DeltaType } from './deltaType.ts';

/** Delta's limit of clustering columns. */
const MOST_CLUSTER_COLUMNS = 4;

/** Types without an order that readers could use to skip files. */
const unordered: ReadonlySet<DeltaType['kind']> = new Set(['array', 'map', 'struct', 'variant', 'binary', 'boolean']);

/** Types without a text that could be the name of a folder. */
const nested: ReadonlySet<DeltaType['kind']> = new Set(['array', 'map', 'struct', 'variant']);

/** Checks the columns of PARTITIONED BY. @returns the problem in words */
export function partitioningProblem(columns: readonly DeltaColumn[], names: readonly string[]): string | undefined {
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    return `PARTITIONED BY has the column ${repeated} twice`;
  }
  if (names.length === columns.length) {
    return 'all columns are partition columns: add another column, or omit PARTITIONED BY';
  }
  const column = columns.find(
    ({ name, type, identity }) => names.includes(name) && (nested.has(type.kind) || identity),
  );
  return column === undefined
    ? undefined
    : `a table can't be partitioned by ${column.name}, as it is ${column.identity ? 'an IDENTITY column' : `of type ${column.type.kind.toUpperCase()}`}`;
}

/** Checks the columns of CLUSTER BY, with dots between the parts of their names. @returns the problem in words */
export function clusteringProblem(columns: readonly DeltaColumn[], paths: readonly string[]): string | undefined {
  const repeated = paths.find((path, index) => paths.indexOf(path) !== index);
  if (repeated !== undefined) {
    return `CLUSTER BY has the column ${repeated} twice`;
  }
  if (paths.length === 0 || paths.length > MOST_CLUSTER_COLUMNS) {
    return `CLUSTER BY takes 1 to ${MOST_CLUSTER_COLUMNS} columns, AUTO or NONE`;
  }
  for (const path of paths) {
    const type = typeAt(columns, path.split('.'));
    if (type === undefined || unordered.has(type.kind)) {
      return `a table can't be clustered by ${path}, as it is of type ${type?.kind.toUpperCase()}`;
    }
  }
  return undefined;
}

function typeAt(columns: readonly DeltaColumn[], [name, ...rest]: readonly string[]): DeltaType | undefined {
  const type = columns.find((column) => column.name === name)?.type;
  return rest.length === 0 ? type : type?.kind === 'struct' ? typeAt(type.fields, rest) : undefined;
}
