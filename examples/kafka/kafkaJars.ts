import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** Beside the sources, which are two folders above the compiled file's `build`. Git ignores it. */
const folder = fileURLToPath(new URL('../../../examples/kafka/', import.meta.url));
const jars = join(folder, '.kafka/jars');

/** The folder of Kafka's jars, or `undefined` if they are not installed. */
export function kafkaJars(): string | undefined {
  return existsSync(jars) ? jars : undefined;
}

/** What this machine lacks to run Kafka, or `undefined` if it has all. */
export function missingForKafka(): string | undefined {
  const { error, stderr = '' } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const version = Number(/version "(\d+)/.exec(stderr)?.[1]);
  if (error !== undefined || !(version >= 17)) {
    return 'Java 17 or later';
  }
  return kafkaJars() === undefined && spawnSync('mvn', ['-v']).error !== undefined ? 'Maven (mvn)' : undefined;
}

/**
 * Has Maven copy Kafka's jars from Maven Central, if they are not there.
 *
 * @returns their folder
 * @throws `Error` if Maven fails
 */
export function installKafka(): string {
  if (!existsSync(jars)) {
    console.log("Copying Kafka's jars (43 MB) from Maven Central into examples/kafka/.kafka. Once, for some minutes.");
    const partial = `${jars}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    const { status } = spawnSync(
      'mvn',
      ['--batch-mode', '--quiet', 'dependency:copy-dependencies', `-DoutputDirectory=${partial}`],
      { cwd: folder, stdio: ['ignore', process.stderr, 'inherit'] },
    );
    if (status !== 0) {
      throw new Error("Maven could not copy Kafka's jars. Its messages are above.");
    }
    renameSync(partial, jars);
  }
  return jars;
}
