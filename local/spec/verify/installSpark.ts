import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const VERSION = '4.2.0';

/** A variant as it is stored in a file, and the JSON text that was written. */
export interface StoredVariant {
  readonly metadata: Buffer;
  readonly value: Buffer;
  readonly text: string;
}

/** The part of Spark used here: its own library of variants. */
export interface Spark {
  readonly version: string;
  /**
   * Reads variants. Returns for each `same` and the variant as JSON, or how it differs from Spark's variant of the
   * text.
   */
  read(variants: readonly StoredVariant[]): readonly string[];
}

/**
 * Loads Spark's library of variants. It is not a dependency: Maven puts it once in a cache folder.
 *
 * @param root the folder of the repository
 * @returns undefined if there is no JDK or no Maven
 */
export function installSpark(root: string): Spark | undefined {
  if (!isThere('javac') || !isThere('mvn')) {
    return undefined;
  }
  const folder = resolve(root, 'node_modules', '.cache', `spark-variant-${VERSION}`);
  const jars = join(folder, 'jars');
  if (!existsSync(join(jars, `spark-variant_2.13-${VERSION}.jar`))) {
    console.log(`installing Spark's variants ${VERSION} into ${folder} (14 MB, once)`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'pom.xml'), POM);
    const args = ['--quiet', '--batch-mode', 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`];
    execFileSync('mvn', args, { cwd: folder, stdio: 'inherit' });
  }
  const program = resolve(root, 'local', 'spec', 'verify', 'ReadVariants.java');
  return {
    version: VERSION,
    read(variants) {
      const input = variants.map(({ metadata, value, text }) =>
        [metadata, value, Buffer.from(text)].map((bytes) => bytes.toString('base64')).join(' '),
      );
      const output = execFileSync('java', ['-cp', join(jars, '*'), program], {
        input: `${input.join('\n')}\n`,
        encoding: 'utf8',
        maxBuffer: 2 ** 30,
      });
      return output.trimEnd().split('\n');
    },
  };
}

function isThere(command: string): boolean {
  return spawnSync(command, ['-version'], { stdio: 'ignore' }).status === 0;
}

const POM = `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>verify</groupId>
  <artifactId>verify</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.spark</groupId>
      <artifactId>spark-variant_2.13</artifactId>
      <version>${VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;
