import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { DuckDb } from '../../lib/duckdb/duckDb.ts';
import { quoteLiteral } from '../../lib/duckdb/quoteSql.ts';
import { decodeThriftStruct, encodeThriftStruct, type ThriftStruct } from '../../lib/parquet/thriftCompact.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const bytes = fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array));

/** Any nested struct, with fields in any order. */
const structArbitrary: fc.Arbitrary<ThriftStruct> = fc.letrec<{ struct: ThriftStruct; value: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.boolean().map((value) => ({ type: value ? 1 : 2, value })),
    fc.record({ type: fc.constant(3), value: fc.bigInt({ min: 0n, max: 255n }) }),
    fc.record({ type: fc.constantFrom(4, 5, 6), value: int64 }),
    fc.record({
      type: fc.constant(7),
      value: fc.uint8Array({ minLength: 8, maxLength: 8 }).map((a) => Buffer.from(a)),
    }),
    fc.record({ type: fc.constant(8), value: bytes }),
    fc.record({
      type: fc.constantFrom(9, 10),
      value: fc.oneof(
        fc.record({ elementType: fc.constant(6), values: fc.array(int64, { maxLength: 20 }) }),
        fc.record({ elementType: fc.constant(1), values: fc.array(fc.boolean()) }),
        fc.record({ elementType: fc.constant(8), values: fc.array(bytes) }),
        fc.record({ elementType: fc.constant(12), values: fc.array(tie('struct'), { maxLength: 3 }) }),
      ),
    }),
    fc.record({ type: fc.constant(12), value: tie('struct') }),
  ),
  struct: fc
    .array(fc.tuple(fc.integer({ min: 1, max: 32_767 }), tie('value')), { maxLength: 5 })
    .map((fields) => new Map(fields) as ThriftStruct),
})).struct;

describe("Thrift's compact protocol", () => {
  const temporaryDirectory = useTemporaryDirectory();

  it('reads back every struct that it writes', () => {
    fc.assert(
      fc.property(structArbitrary, (struct) => {
        expect(decodeThriftStruct(encodeThriftStruct(struct))).toEqual(struct);
      }),
    );
  });

  it("reads DuckDB's footers, and writes them byte for byte", async () => {
    const path = join(temporaryDirectory(), 'all.parquet');
    const duckDb = new DuckDb();
    const columns = Array.from({ length: 20 }, (_, index) => `i % ${index + 1} AS c${index}`);
    await duckDb.run(
      `COPY (SELECT ${columns.join(', ')}, i::DOUBLE d, 'text' || i t, i::DECIMAL(38, 3) m, now() w, [{'x': i::FLOAT}] l FROM range(300000) r(i))
       TO ${quoteLiteral(path)} (FORMAT parquet, ROW_GROUP_SIZE 10000)`,
    );
    duckDb.close();
    const file = await readFile(path);
    const footer = file.subarray(file.length - 8 - file.readUInt32LE(file.length - 8), file.length - 8);
    expect(encodeThriftStruct(decodeThriftStruct(footer)).equals(footer)).toBe(true);
  });

  it('refuses bytes that end too early, and types that Parquet does not use', () => {
    const encoded = encodeThriftStruct(new Map([[1, { type: 8, value: Buffer.from('text') }]]));
    for (let length = 0; length < encoded.length; length += 1) {
      expect(() => decodeThriftStruct(encoded.subarray(0, length))).toThrowError(RangeError, /ends too early/);
    }
    expect(() => decodeThriftStruct(Buffer.of(0x1b, 0))).toThrowError(RangeError, /no Thrift type 11/);
  });
});
