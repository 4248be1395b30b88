import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { installJars } from '../installJars.ts';
import type { MissingReader, Reader } from './reader.ts';

const SPARK = '4.0.1';
const DELTA = '4.0.0';
const coordinates = [`io.delta:delta-spark_2.13:${DELTA}`, `org.apache.spark:spark-sql_2.13:${SPARK}`];

/** Packages of the JDK that Spark opens by force. Its own launcher has the same list. */
const opened = [
  'java.lang',
  'java.lang.invoke',
  'java.lang.reflect',
  'java.io',
  'java.net',
  'java.nio',
  'java.util',
  'java.util.concurrent',
  'java.util.concurrent.atomic',
  'sun.nio.ch',
  'sun.nio.cs',
  'sun.security.action',
  'sun.util.calendar',
].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`);

/**
 * Makes the reader in Spark. Maven puts it once in a cache folder.
 *
 * @param root the folder of the repository
 */
export function sparkReader(root: string): Reader | MissingReader {
  const name = 'Spark';
  const jars = installJars(root, `spark-delta-${SPARK}-${DELTA}`, coordinates, '276 MB');
  if (jars === undefined) {
    return { name, reason: 'install a JDK of at least 17 and Maven' };
  }
  const program = resolve(root, 'local', 'spec', 'verify', 'readers', 'ReadTables.java');
  return {
    name,
    version: `${SPARK}, delta-spark ${DELTA}`,
    read(tables) {
      const folder = mkdtempSync(join(tmpdir(), 'zerobus-verify-spark-'));
      const [input, output] = [join(folder, 'paths'), join(folder, 'outcomes')];
      try {
        writeFileSync(input, tables.map(({ path }) => `${path}\n`).join(''));
        execFileSync(
          'java',
          [...opened, `-Djava.io.tmpdir=${folder}`, '-cp', join(jars, '*'), program, input, output],
          {
            cwd: folder,
            stdio: 'ignore',
          },
        );
        return readFileSync(output, 'utf8')
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line));
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  };
}
