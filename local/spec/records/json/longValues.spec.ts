import { JsonRecordReader } from '../../../lib/records/json/jsonRecordReader.ts';
import { ProtoRecordReader } from '../../../lib/records/proto/protoRecordReader.ts';
import { parseCreateTable } from '../../../lib/schema/parseCreateTable.ts';
import { parseMessage } from '../../support/messageDescriptor.ts';
import { orRefusal } from '../../support/orRefusal.ts';
import { jsonSpans, protoSpans } from '../../support/recordSpansOf.ts';

const { columns } = parseCreateTable('CREATE TABLE a.b.c (c DECIMAL(10,2), m MAP<BIGINT, INT>, i INT, l BIGINT)');
const LENGTH = 4_000_000;
const zeros = '0'.repeat(LENGTH);

function verdict(record: string): string {
  return orRefusal(() => new JsonRecordReader(columns).toRowLines(jsonSpans([record])).toString()).slice(0, 200);
}

// Some of these took hours, so the spec only has to end.
describe('A long value in a record', () => {
  it('is checked as a DECIMAL in time that grows with its length', () => {
    expect(verdict(`{"c":"0.${zeros}1"}`)).toMatch(/TYPE_INCOMPATIBLE.*does not fit DECIMAL\(10,2\)$/);
    expect(verdict(`{"c":"1.5${zeros}"}`)).toContain('{"c":"1.5000');
    expect(verdict(`{"c":"${zeros}1.50"}`)).toContain('{"c":"0000');
    const { type, descriptor } = parseMessage('optional string c = 1;');
    const record = Buffer.from(type.encode(type.fromObject({ c: `0.${zeros}1` })).finish());
    const read = (): string => new ProtoRecordReader(descriptor, columns).toRowLines(protoSpans([record])).toString();
    expect(orRefusal(read)).toMatch(/does not fit DECIMAL\(10,2\)$/);
  });

  it('is refused as an integer or as the key of a map, and is shortened in the message', () => {
    for (const record of [`{"m":{"1${zeros}":1}}`, `{"i":1${zeros}}`, `{"l":-1${zeros}}`, `{"l":1${zeros}.0}`]) {
      const text = verdict(record);
      expect(text).toMatch(/TYPE_INCOMPATIBLE/);
      expect(text.length).toBeLessThan(200);
    }
  });
});
