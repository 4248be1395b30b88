import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';
import type { MissingReader, Reader } from './readers/reader.ts';
import { cellOf, withReaderTable } from './readerTable.ts';
import type { Shape } from './shapes/shape.ts';
import { ShapeTable } from './shapes/shapeTable.ts';

/**
 * Lets each reader read a table of each shape, and writes what it makes of it into docs/readers.md. If a reader is
 * missing here, the document stays as it is, and the table is printed.
 *
 * @param root the folder of the repository
 * @param dataDir an empty folder
 * @param report called with what was compared, and how it differs
 */
export async function verifyReaders(
  root: string,
  dataDir: string,
  readers: readonly (Reader | MissingReader)[],
  shapes: readonly Shape[],
  report: (what: string, found: string | undefined) => void,
): Promise<void> {
  const present = readers.filter((reader): reader is Reader => 'read' in reader);
  const missing = readers.filter((reader): reader is MissingReader => 'reason' in reader);
  for (const { name, reason } of missing) {
    console.log(`skipped   ${name}: ${reason}`);
  }
  const made: { readonly shape: Shape; readonly table: ShapeTable }[] = [];
  const servers: ZerobusLocal[] = [];
  try {
    for (const [index, shape] of shapes.entries()) {
      try {
        const server = await startZerobusLocal({
          dataDir: join(dataDir, String(index)),
          tables: [`CREATE TABLE main.shapes.${shape.ddl}`],
          auth: false,
        });
        servers.push(server);
        const table = new ShapeTable(server, `main.shapes.${/^\w+/.exec(shape.ddl)?.[0]}`);
        await shape.fill(table);
        made.push({ shape, table });
      } catch (error) {
        console.log(`skipped   ${shape.name}: ${(error as Error).message}`);
      }
    }
    const outcomes = present.map((reader) => reader.read(made.map(({ table }) => table)));
    const rows = made.map(({ shape, table }, index) => {
      const cells = present.map((reader, column) => {
        const cell = cellOf(table, outcomes[column]?.[index] ?? { error: 'no answer' });
        report(`${shape.name} by ${reader.name}: ${cell.text}`, cell.isWrong ? 'see above' : undefined);
        return cell.text;
      });
      return [shape.name, ...cells];
    });
    const header = ['table', ...present.map(({ name, version }) => `${name} (${version})`)];
    const path = resolve(root, 'docs', 'readers.md');
    const document = withReaderTable(readFileSync(path, 'utf8'), header, rows);
    if (missing.length === 0) {
      writeFileSync(path, document);
      console.log('docs/readers.md has the table of this run');
    } else {
      console.log(document);
    }
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}
