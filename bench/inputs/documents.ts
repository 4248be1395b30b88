import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const COUNT = 10_000;

/** The license of this package, relative to the compiled file. */
const license = fileURLToPath(new URL('../../../LICENSE', import.meta.url));

/** The table for these documents in zerobus-local. */
export const DOCUMENTS_TABLE = 'main.bench.documents';

export const CREATE_DOCUMENTS_TABLE: string = `CREATE TABLE ${DOCUMENTS_TABLE} (
  id BIGINT NOT NULL, at TIMESTAMP, title STRING, body STRING, remark STRING)`;

/** Documents with fields of real text, including quotes and line ends: 1 KB each as JSON. */
export function documents(): readonly object[] {
  const text = readFileSync(license, 'utf8').replace(/\n +/g, '\n');
  const slice = (from: number, length: number): string => {
    const start = from % (text.length - length);
    return text.slice(start, start + length);
  };
  return Array.from({ length: COUNT }, (_, n) => ({
    id: n,
    at: 1_700_000_000_000_000 + n,
    title: slice(n * 7, 60),
    body: slice(n * 13, 600),
    remark: slice(n * 29, 270),
  }));
}
