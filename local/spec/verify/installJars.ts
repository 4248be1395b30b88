import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Lets Maven put libraries and what they need into a cache folder, once.
 *
 * @param root the folder of the repository
 * @param name names the folder in the cache
 * @param coordinates `group:artifact:version` of each library
 * @param size how much is downloaded, for the message
 * @returns the folder of the jars; undefined if there is no JDK or no Maven
 */
export function installJars(
  root: string,
  name: string,
  coordinates: readonly string[],
  size: string,
): string | undefined {
  if (!isThere('javac') || !isThere('mvn')) {
    return undefined;
  }
  const folder = resolve(root, 'node_modules', '.cache', name);
  const jars = join(folder, 'jars');
  if (!existsSync(jars)) {
    console.log(`installing ${coordinates.join(', ')} into ${folder} (${size}, once)`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'pom.xml'), projectOf(coordinates));
    const args = ['--quiet', '--batch-mode', 'dependency:copy-dependencies', '-DoutputDirectory=downloaded'];
    execFileSync('mvn', args, { cwd: folder, stdio: 'inherit' });
    renameSync(join(folder, 'downloaded'), jars);
  }
  return jars;
}

function isThere(command: string): boolean {
  return spawnSync(command, ['-version'], { stdio: 'ignore' }).status === 0;
}

function projectOf(coordinates: readonly string[]): string {
  const dependencies = coordinates.map((coordinate) => {
    const [group, artifact, version] = coordinate.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  });
  return `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>verify</groupId>
  <artifactId>verify</artifactId>
  <version>1</version>
  <dependencies>
    ${dependencies.join('\n    ')}
  </dependencies>
</project>
`;
}
