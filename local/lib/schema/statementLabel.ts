import { SqlTokenReader } from './sqlTokenReader.ts';
import type { SqlToken } from './sqlTokens.ts';

/** The first words of statements that are skipped, apart from those in {@link verbs}. */
const statements: ReadonlySet<string> = new Set(
  (
    'ADD ANALYZE APPLY AUTO BEGIN CACHE CALL CLEAR CLONE COMMENT COMMIT CONVERT COPY DECLARE DELETE DENY DESC DESCRIBE EXECUTE ' +
    'EXPLAIN FROM FSCK GENERATE GET GRANT INSERT LIST LOAD MERGE MSCK OPTIMIZE PUT REFRESH REMOVE REORG REPAIR REPLACE RESET ' +
    'RESTORE REVOKE ROLLBACK SELECT SET SHOW SIGNAL SYNC TABLE TRUNCATE UNCACHE UNDROP UNSET UPDATE VACUUM VALUES WITH'
  ).split(' '),
);

/** Words that are followed by the kind of a thing. */
const verbs: ReadonlySet<string> = new Set(['CREATE', 'ALTER', 'DROP', 'UNDROP', 'REFRESH']);

/** Things other than tables that are made, changed and dropped. */
const things: ReadonlySet<string> = new Set(
  (
    'BLOOMFILTER CATALOG CONNECTION CREDENTIAL DATABASE FLOW FUNCTION GROUP INDEX LOCATION METADATA MODEL POLICY ' +
    'PROCEDURE PROVIDER RECIPIENT ROLE ROOM SCHEMA SERVER SHARE SINK TAG USER VARIABLE VIEW VOLUME WIDGET TABLE'
  ).split(' '),
);

/** Adjectives between a verb and a thing. */
const MOST_ADJECTIVES = 5;

/**
 * The name of a statement that is skipped, such as `GRANT` or `CREATE VIEW`. That of a table which is not like others
 * has the reason after it.
 *
 * @throws {@link TableDefinitionError} if it is not a statement of Databricks SQL
 */
export function statementLabel(statement: readonly SqlToken[]): string {
  const words = statement.map(({ kind, text }) => (kind === 'word' ? text.toUpperCase() : ''));
  const [verb = ''] = words;
  if (statement[0]?.text === '(') {
    return 'SELECT';
  }
  if (verbs.has(verb)) {
    const index = words.findIndex((word, at) => at > 0 && at <= MOST_ADJECTIVES + 1 && things.has(word));
    if (index > 0) {
      return words[index] === 'TABLE' ? tableLabel(words.slice(0, index + 1)) : `${verb} ${words[index]}`;
    }
  }
  return statements.has(verb)
    ? verb
    : new SqlTokenReader(statement).fail('expected CREATE TABLE or another statement of Databricks SQL');
}

function tableLabel(words: readonly string[]): string {
  const label = words.join(' ').replace(' OR REPLACE', '').replace(' OR REFRESH', '');
  if (words[0] !== 'CREATE' || label === 'CREATE TABLE') {
    return label;
  }
  return `${label} (${/ (?:STREAMING|LIVE) /.test(label) ? 'filled by a pipeline only' : 'not writable by Zerobus'})`;
}
