import { DeltaLogError } from '../errors.ts';
import type { TableName } from '../files/dataPaths.ts';
import { deltaSchemaJson } from '../schema/deltaSchemaJson.ts';
import type { DeltaTable } from '../schema/deltaType.ts';
import type { DomainMetadataAction, MetaDataAction } from './deltaAction.ts';
import type { DeltaSnapshot } from './deltaSnapshot.ts';
import { retentionProperties } from './tableRetention.ts';

/** The domain of the columns that a table is clustered by. */
export const CLUSTERING_DOMAIN = 'delta.clustering';

/** The property of a table that is clustered by columns of the writer's choice, as Databricks calls it. */
const CLUSTER_BY_AUTO = 'clusterByAuto';

/** The property with the keys and constraints, as JSON. Delta has no place for those that are not enforced. */
const CONSTRAINTS = 'zerobus-local.constraints';

/** What the log says about a table apart from its id and its time. */
export function tableMetadata(
  table: DeltaTable,
): Required<Pick<MetaDataAction, 'schemaString' | 'partitionColumns' | 'configuration'>> & Partial<MetaDataAction> {
  const { columns, comment, partitionColumns = [], clusterColumns, properties, constraints } = table;
  return {
    name: table.name,
    ...(comment === undefined ? {} : { description: comment }),
    schemaString: deltaSchemaJson(columns),
    partitionColumns,
    configuration: {
      ...properties,
      ...(clusterColumns === 'auto' ? { [CLUSTER_BY_AUTO]: 'true' } : {}),
      ...(constraints === undefined ? {} : { [CONSTRAINTS]: JSON.stringify(constraints) }),
    },
  };
}

/** The domains of a table. */
export function tableDomains({ clusterColumns }: DeltaTable): readonly DomainMetadataAction[] {
  if (clusterColumns === undefined || clusterColumns === 'auto') {
    return [];
  }
  const configuration = { clusteringColumns: clusterColumns.map((path) => path.split('.')) };
  return [{ domain: CLUSTERING_DOMAIN, configuration: JSON.stringify(configuration), removed: false }];
}

/**
 * The table that the log describes. It is the inverse of {@link tableMetadata} and {@link tableDomains}, but for the
 * retention that a table gets unless its statement sets one.
 */
export function tableOf(name: TableName, snapshot: DeltaSnapshot, columns: DeltaTable['columns']): DeltaTable {
  const { description, partitionColumns = [], configuration = {} } = snapshot.metaData;
  const { [CLUSTER_BY_AUTO]: auto, [CONSTRAINTS]: constraints, ...others } = configuration;
  const properties = Object.entries(others).filter(([key, value]) => retentionProperties[key] !== value);
  const clusterColumns = clusterColumnsOf(snapshot) ?? (auto === 'true' ? 'auto' : undefined);
  return {
    ...name,
    columns,
    ...(description === undefined ? {} : { comment: description }),
    ...(partitionColumns.length === 0 ? {} : { partitionColumns }),
    ...(clusterColumns === undefined ? {} : { clusterColumns }),
    ...(properties.length === 0 ? {} : { properties: Object.fromEntries(properties) }),
    ...(constraints === undefined ? {} : { constraints: constraintsIn(constraints, snapshot) }),
  };
}

function constraintsIn(text: string, snapshot: DeltaSnapshot): readonly string[] {
  const constraints = parsed(text);
  return isTexts(constraints) ? constraints : damaged(`the property ${CONSTRAINTS}`, snapshot);
}

function clusterColumnsOf(snapshot: DeltaSnapshot): readonly string[] | undefined {
  const text = snapshot.domains.get(CLUSTERING_DOMAIN)?.configuration;
  const configuration = text === undefined ? {} : parsed(text);
  const { clusteringColumns: columns = [] } = Object(configuration) as { readonly clusteringColumns?: unknown };
  // Writers have a list of names for each column. The example in Delta's protocol has a name.
  const paths = Array.isArray(columns) ? columns.map((path: unknown) => [path].flat()) : [];
  if (typeof configuration !== 'object' || configuration === null || !Array.isArray(columns) || !paths.every(isTexts)) {
    return damaged(`the domain ${CLUSTERING_DOMAIN}`, snapshot);
  }
  return paths.length === 0 ? undefined : paths.map((path) => path.join('.'));
}

/** @returns undefined if the text is not JSON */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

function damaged(what: string, { tablePath }: DeltaSnapshot): never {
  throw new DeltaLogError(
    `The Delta log of ${tablePath} is damaged: ${what} has another form than it must. Restore the log from a copy, or set it again with the program that wrote it.`,
  );
}
