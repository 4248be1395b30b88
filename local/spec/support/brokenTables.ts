import { mkdir, readdir, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeltaAction } from '../../lib/delta/deltaAction.ts';
import { checkpointPath, commitPath, LOG_FOLDER } from '../../lib/delta/logFileName.ts';
import { actionIn, commitAsOther } from '../storage/storeFixture.ts';

const protocol = (minReaderVersion: number, minWriterVersion: number, ...features: readonly string[]): DeltaAction => ({
  protocol: { minReaderVersion, minWriterVersion, readerFeatures: features, writerFeatures: features },
});

/** What makes a table impossible to serve: a change of the table in a folder, whose newest version is 1. */
export const breakTable: Readonly<Record<string, (tablePath: string) => Promise<void>>> = {
  newer_protocol: (tablePath) => commitAsOther(tablePath, protocol(4, 9)),
  unknown_feature: (tablePath) => commitAsOther(tablePath, protocol(3, 7, 'featureOfTomorrow')),
  no_protocol_version: (tablePath) => commitAsOther(tablePath, { protocol: {} } as unknown as DeltaAction),
  deleted_rows: async (tablePath) => {
    const add = await actionIn(tablePath, 1, 'add');
    const deletionVector = { storageType: 'u', pathOrInlineDv: 'ab^-aqEH.-t@S}K{vb[*k^' };
    await commitAsOther(tablePath, protocol(3, 7, 'deletionVectors'), { add: { ...add, deletionVector } });
  },
  mapped_by_id: async (tablePath) => {
    const metaData = await actionIn(tablePath, 0, 'metaData');
    const configuration = { 'delta.columnMapping.mode': 'id' };
    await commitAsOther(tablePath, protocol(2, 5), { metaData: { ...metaData, configuration } });
  },
  two_names_in_one: async (tablePath) => {
    const metaData = await actionIn(tablePath, 0, 'metaData');
    const fields = ['n', 'N'].map((name) => ({ name, type: 'long', nullable: true, metadata: {} }));
    await commitAsOther(tablePath, {
      metaData: { ...metaData, schemaString: JSON.stringify({ type: 'struct', fields }) },
    });
  },
  no_columns: async (tablePath) => {
    const metaData = await actionIn(tablePath, 0, 'metaData');
    await commitAsOther(tablePath, { metaData: { ...metaData, schemaString: '{"type":"struct","fields":[]}' } });
  },
  empty_log: async (tablePath) => {
    const folder = join(tablePath, LOG_FOLDER);
    for (const name of await readdir(folder)) {
      await unlink(join(folder, name));
    }
  },
  truncated_log: (tablePath) => unlink(commitPath(tablePath, 0)),
  cut_commit: async (tablePath) => {
    const path = commitPath(tablePath, 1);
    await truncate(path, (await readFile(path)).length - 20);
  },
  empty_commit: (tablePath) => writeFile(commitPath(tablePath, 2), ''),
  folder_as_commit: (tablePath) => mkdir(commitPath(tablePath, 2)).then(() => undefined),
  bad_checkpoint: async (tablePath) => {
    await writeFile(checkpointPath(tablePath, 1), 'PAR1 but nothing else');
    await rm(commitPath(tablePath, 0));
  },
  bad_schema: async (tablePath) => {
    const metaData = await actionIn(tablePath, 0, 'metaData');
    await commitAsOther(tablePath, { metaData: { ...metaData, schemaString: '{"type":"struct","fields":[null]}' } });
  },
};
