/** Rows of a shape that needs much memory to be written. */
export interface LargeRowShape {
  /** As in CREATE TABLE. The first column is `n BIGINT`, the number of the row. */
  readonly columns: string;
  /** Row lines. Lines that are yielded together come in one request. */
  readonly lines: () => Generator<string>;
  /** A query over the table, which is called `this`, and its single row. */
  readonly check: string;
  readonly expected: readonly unknown[];
}

const MEBIBYTE = 1024 * 1024;
const columnNumbers = Array.from({ length: 1999 }, (_, index) => index);

/** The rows with the positions at which they are read. */
const PLACED = '(SELECT *, row_number() OVER () - 1 AS place FROM this)';

/** The shapes, by name. */
export const largeRowShapes: Readonly<Record<string, LargeRowShape>> = {
  '300 rows of 55 KB with 2,000 wide decimals': {
    columns: `n BIGINT, ${columnNumbers.map((index) => `c${index} DECIMAL(38, 10)`).join(', ')}`,
    *lines() {
      const fields = columnNumbers.map((index) => `"c${index}":"1234567.${1_000_000 + index}"`).join(',');
      for (let n = 0; n < 300; n += 1) {
        yield `{"n":${n},${fields}}`;
      }
    },
    check: 'SELECT count(*), sum(n), sum(c0)::VARCHAR, max(c1998)::VARCHAR FROM this',
    expected: ['300', '44850', '370370130.0000000000', '1234567.1001998000'],
  },
  'rows of 10 MiB among small ones, with columns of every kind': {
    columns: `n BIGINT, s STRING, a ARRAY<STRING>, m MAP<STRING, BIGINT>, ${columnNumbers.map((index) => `c${index} ${['INT', 'STRING', 'DOUBLE', 'DATE'][index % 4]}`).join(', ')}`,
    *lines() {
      for (let n = 0; n < 40; n += 1) {
        yield n % 10 === 0 ? `{"n":${n},"s":"${'ü'.repeat(4.9 * MEBIBYTE)}"}` : `{"n":${n},"c${n}":null}`;
      }
      const words = Array.from({ length: 700_000 }, (_, index) => `"word ${index}"`);
      yield `{"n":40,"a":[${words.join(',')}]}`;
      yield `{"n":41,"m":{${words.map((word, index) => `${word}:${index}`).join(',')}}}`;
    },
    check: 'SELECT count(*), sum(n), sum(length(s)), sum(len(a)), sum(cardinality(m)) FROM this',
    expected: ['42', '861', String(4 * Math.floor(4.9 * MEBIBYTE)), '700000', '700000'],
  },
  'long arrays in many rows': {
    columns: 'n BIGINT, a ARRAY<TINYINT>',
    *lines() {
      const digits = Array.from({ length: 8000 }, (_, index) => index % 10).join(',');
      for (let n = 0; n < 3000; n += 100) {
        yield Array.from({ length: 100 }, (_, index) => `{"n":${n + index},"a":[${digits}]}`).join('\n');
      }
    },
    check: `SELECT count(*), sum(n), sum(list_sum(a)), bool_and(n = place) FROM ${PLACED}`,
    expected: ['3000', '4498500', '108000000', true],
  },
  'an array of millions of empty structs': {
    columns: 'n BIGINT, a ARRAY<STRUCT<v: STRING, w: DECIMAL(38, 10), x: TIMESTAMP, y: DATE, z: BINARY>>',
    *lines() {
      yield `{"n":0,"a":[${Array.from({ length: 3_400_000 }, () => '{}').join(',')}]}`;
    },
    check: 'SELECT count(*), sum(len(a)) FROM this',
    expected: ['1', '3400000'],
  },
  'sparse rows of 2,000 columns': {
    columns: `n BIGINT, ${columnNumbers.map((index) => `c${index} ${['INT', 'STRING', 'DOUBLE', 'DATE'][index % 4]}`).join(', ')}`,
    *lines() {
      for (let n = 0; n < 20_000; n += 1000) {
        yield Array.from(
          { length: 1000 },
          (_, index) => `{"n":${n + index},"c${((n + index) % 500) * 4}":${n + index}}`,
        ).join('\n');
      }
    },
    check: `SELECT count(*), sum(n), bool_and(n = place), sum(c8) FROM ${PLACED}`,
    expected: ['20000', '199990000', true, '390080'],
  },
  // DuckDB writes arrays that are nested deeper, but takes forever to read them again.
  'values nested a hundred deep': {
    columns: `n BIGINT, s ${'STRUCT<x: '.repeat(100)}BIGINT${'>'.repeat(100)}, a ${'ARRAY<'.repeat(12)}BIGINT${'>'.repeat(12)}, v VARIANT`,
    *lines() {
      const struct = `${'{"x":'.repeat(100)}7${'}'.repeat(100)}`;
      const array = `${'['.repeat(12)}8${']'.repeat(12)}`;
      const variant = `${'['.repeat(100)}9${']'.repeat(100)}`;
      for (let n = 0; n < 200; n += 1) {
        yield `{"n":${n},"s":${struct},"a":${array},"v":${JSON.stringify(variant)}}`;
      }
    },
    check: 'SELECT n, s, a, v::VARCHAR FROM this WHERE n = 199',
    expected: [
      '199',
      JSON.parse(`${'{"x":'.repeat(100)}"7"${'}'.repeat(100)}`),
      JSON.parse(`${'['.repeat(12)}"8"${']'.repeat(12)}`),
      `${'['.repeat(100)}9${']'.repeat(100)}`,
    ],
  },
};
