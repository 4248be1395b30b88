import { alteredSchemaJson } from '../schema/alteredSchemaJson.ts';
import type { DeltaColumn } from '../schema/deltaType.ts';
import { parseDeltaSchema } from '../schema/parseDeltaSchema.ts';
import { commitActions } from './commitActions.ts';
import { type DeltaAction, ENGINE_INFO } from './deltaAction.ts';
import type { DeltaSnapshot } from './deltaSnapshot.ts';
import { protocolFor } from './protocolFor.ts';
import { upgradeProtocol } from './upgradeProtocol.ts';

/** Options of {@link commitAlteration}. */
export interface Alteration {
  /** The operation's name in the table's history: `ADD COLUMNS`. */
  readonly operation: string;
  /**
   * Returns the columns that the table gets, from those that it has at the version that the commit follows. An error
   * that it throws ends the attempts.
   */
  readonly columns: (present: readonly DeltaColumn[]) => readonly DeltaColumn[];
  /** Checks the snapshot right before each attempt, like that of an append. */
  readonly check: (snapshot: DeltaSnapshot) => void;
}

/**
 * Alters the columns of a Delta table in one commit, and updates the snapshot to it. If a new type needs a feature of
 * Delta, the same commit adds it to the protocol. If another writer commits first, the columns are altered after that
 * commit.
 *
 * @returns whether a commit was made. False if the table has these columns already.
 * @throws {@link DeltaLogError} if the table can't be written to
 */
export function commitAlteration(snapshot: DeltaSnapshot, alteration: Alteration): Promise<boolean> {
  return commitActions(snapshot, () => {
    snapshot.checkWritable();
    alteration.check(snapshot);
    const { metaData, protocol } = snapshot;
    const columns = alteration.columns(parseDeltaSchema(metaData.schemaString));
    const schemaString = alteredSchemaJson(metaData.schemaString, columns);
    if (schemaString === metaData.schemaString) {
      return undefined;
    }
    const upgraded = upgradeProtocol(protocol, protocolFor(columns));
    const actions: DeltaAction[] = [
      {
        commitInfo: {
          timestamp: Date.now(),
          operation: alteration.operation,
          operationParameters: {},
          isBlindAppend: false,
          engineInfo: ENGINE_INFO,
        },
      },
    ];
    if (upgraded !== protocol) {
      actions.push({ protocol: upgraded });
    }
    return [...actions, { metaData: { ...metaData, schemaString } }];
  });
}
