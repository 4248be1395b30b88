import type { ForeignAction, ForeignMetaData, ForeignProtocol } from '../support/foreignWriter/foreignAction.ts';
import type { ForeignDatabase } from '../support/foreignWriter/foreignDatabase.ts';
import type { ForeignRowReader } from '../support/foreignWriter/foreignRows.ts';
import { parseForeignSchema } from '../support/foreignWriter/foreignSchema.ts';
import { readForeignCommit, readForeignSnapshot } from '../support/foreignWriter/foreignSnapshot.ts';
import { FOREIGN_ENGINE } from '../support/foreignWriter/foreignWriter.ts';

/** Features that forbid a writer to commit if it does not know them. */
const forbidding: ReadonlySet<string> = new Set(['checkConstraints', 'featureOfTomorrow']);

/** Parquet types that a column of this type may have, widened or not. */
const fitting: Readonly<Record<string, readonly string[]>> = {
  integer: ['INTEGER'],
  long: ['INTEGER', 'BIGINT'],
  string: ['VARCHAR'],
};

/** Violations of the Delta protocol in the commits that the store has made since a version. */
export async function brokenCommitRules(
  tablePath: string,
  database: ForeignDatabase,
  rows: ForeignRowReader,
  firstVersion: number,
): Promise<{ readonly problems: readonly string[]; readonly nextVersion: number }> {
  const problems: string[] = [];
  let version = Math.max(1, firstVersion);
  let { protocol, metaData }: { protocol: ForeignProtocol; metaData: ForeignMetaData } = await readForeignSnapshot(
    tablePath,
    database,
    version - 1,
  );
  for (; ; version += 1) {
    const actions = await readForeignCommit(tablePath, version);
    if (actions === undefined) {
      return { problems, nextVersion: version };
    }
    const info = actions.find((action) => action.commitInfo !== undefined)?.commitInfo;
    if (info?.['engineInfo'] !== FOREIGN_ENGINE) {
      const broken = [...refusals(protocol, metaData, actions), ...(await misfits(tablePath, rows, metaData, actions))];
      problems.push(...broken.map((problem) => `commit ${version} ${problem}`));
    }
    protocol = actions.find((action) => action.protocol !== undefined)?.protocol ?? protocol;
    metaData = actions.find((action) => action.metaData !== undefined)?.metaData ?? metaData;
  }
}

function refusals(
  protocol: ForeignProtocol,
  metaData: ForeignMetaData,
  actions: readonly ForeignAction[],
): readonly string[] {
  const problems = (protocol.writerFeatures ?? [])
    .filter((feature) => forbidding.has(feature))
    .map((feature) => `was made although the table has the feature ${feature}`);
  if (Object.keys(metaData.configuration ?? {}).some((key) => key.startsWith('delta.constraints.'))) {
    problems.push('was made although the table has a constraint');
  }
  const isTimed = metaData.configuration?.['delta.enableInCommitTimestamps'] === 'true';
  if (isTimed && typeof actions[0]?.commitInfo?.['inCommitTimestamp'] !== 'number') {
    problems.push('has no in-commit timestamp in its first action');
  }
  return problems;
}

async function misfits(
  tablePath: string,
  rows: ForeignRowReader,
  metaData: ForeignMetaData,
  actions: readonly ForeignAction[],
): Promise<readonly string[]> {
  const declared = parseForeignSchema(metaData.schemaString).fields.find((field) => field.name === 'm')?.type;
  const problems: string[] = [];
  for (const { add } of actions) {
    const type = add === undefined ? undefined : await rows.typeOfM(tablePath, add).catch(() => undefined);
    if (type !== undefined && !(fitting[String(declared)] ?? []).includes(type)) {
      problems.push(`adds a file whose column m is ${type}, in a table where it is ${declared}`);
    }
  }
  return problems;
}
