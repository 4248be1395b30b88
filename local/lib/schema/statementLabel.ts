import type { SqlTokenReader } from './sqlTokenReader.ts';

/** The first words of statements that are skipped, apart from those in {@link verbs}. */
const statements: ReadonlySet<string> = new Set(
  (
    'ANALYZE APPLY BEGIN CACHE CALL CLEAR CLONE COMMENT COMMIT CONVERT COPY DECLARE DELETE DENY DESC DESCRIBE EXECUTE ' +
    'EXPLAIN FROM FSCK GET GRANT INSERT LIST LOAD MERGE MSCK OPTIMIZE PUT REFRESH REMOVE REORG REPAIR REPLACE RESET ' +
    'RESTORE REVOKE ROLLBACK SELECT SET SHOW SYNC TABLE TRUNCATE UNCACHE UNDROP UNSET UPDATE VACUUM VALUES WITH'
  ).split(' '),
);

/** Words that are followed by the kind of a thing. */
const verbs: ReadonlySet<string> = new Set(['CREATE', 'ALTER', 'DROP', 'UNDROP', 'REFRESH']);

/** Things other than tables that are made, changed and dropped. */
const things: ReadonlySet<string> = new Set(
  (
    'BLOOMFILTER CATALOG CONNECTION CREDENTIAL DATABASE FLOW FUNCTION GROUP INDEX LOCATION MODEL POLICY PROCEDURE ' +
    'PROVIDER RECIPIENT ROLE ROOM SCHEMA SERVER SHARE TAG USER VARIABLE VIEW VOLUME WIDGET TABLE'
  ).split(' '),
);

/** Adjectives between a verb and a thing. */
const MOST_ADJECTIVES = 5;

/**
 * The name of a statement that is skipped, such as `GRANT` or `CREATE VIEW`.
 *
 * @throws {@link TableDefinitionError} if it is not a statement of Databricks SQL
 */
export function statementLabel(tokens: SqlTokenReader): string {
  const verb = tokens.next.text.toUpperCase();
  if (tokens.next.kind === 'punctuation' && verb === '(') {
    return 'SELECT';
  }
  if (verbs.has(verb)) {
    for (let after = 1; after <= MOST_ADJECTIVES + 1; after += 1) {
      const thing = [...things].find((word) => tokens.comesWordAfter(word, after));
      if (thing !== undefined) {
        return `${verb} ${thing}`;
      }
    }
  }
  if (statements.has(verb)) {
    return verb;
  }
  return tokens.fail('expected CREATE TABLE or another statement of Databricks SQL');
}
