import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { installJars } from './installJars.ts';

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
  const library = `org.apache.spark:spark-variant_2.13:${VERSION}`;
  const jars = installJars(root, `spark-variant-${VERSION}`, [library], '14 MB');
  if (jars === undefined) {
    return undefined;
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
