import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { querySql } from 'zerobus-local';
import { startServer } from '../support/startServer.ts';

/** The files that users copy from. */
function copiedFiles(): readonly string[] {
  const folders = ['examples', 'lib', 'operators', 'local/lib'];
  const sources = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );
  return ['README.md', 'local/README.md', 'docs/api.md', 'docs/values.md', ...sources];
}

/** The names of columns in CREATE TABLE statements and in definitions with builders. */
function columnNames(text: string): readonly string[] {
  const lists = [...text.matchAll(/CREATE TABLE (?:[\w.]+|\$\{\w+\}) \(((?:[^()]|\([^()]*\))*)\)/g)];
  const declared = lists.flatMap(([, list = '']) => [...list.matchAll(/(?:^|, )\s*(\w+) [A-Z]/g)]);
  const built = [...text.matchAll(/(\w+): t\.\w+\(/g)];
  return [...declared, ...built].map(([, name = '']) => name);
}

describe('The tables of the documentation and of the examples', () => {
  it('have columns that can be selected without quotes', async () => {
    const { server } = await startServer();
    await using _ = server;
    const names = new Map(
      copiedFiles().flatMap((path) => columnNames(readFileSync(path, 'utf8')).map((name) => [name, path])),
    );
    expect([...names.keys()]).toEqual(jasmine.arrayContaining(['device', 'temp', 'timestamp', 'lat']));
    const refused: string[] = [];
    for (const [name, path] of names) {
      await querySql(server.dataDir, `SELECT ${name} FROM (SELECT 1 AS "${name}") AS source`).catch(() =>
        refused.push(`${path}: ${name}`),
      );
    }
    expect(refused).toEqual([]);
  });
});
