import { type RecordOrigin, rejectionOf } from '../../lib/live/rejectionOf.ts';
import { typeIncompatible } from '../../lib/records/recordError.ts';

describe('rejectionOf', () => {
  const error = typeIncompatible(() => 'a', 'is wrong').inRecord(2);
  const origin: RecordOrigin = { tableName: 'm.i.t', via: 'gRPC', recordType: 'JSON', client: '::1:5', userAgent: 'u' };
  const keptOf = (text: string): { readonly record: string; readonly isCut: boolean } => {
    const { record, isCut } = rejectionOf(error, Buffer.from(text), origin);
    return { record, isCut };
  };

  it('keeps a short record, with its place and the causes', () => {
    const record = Buffer.from('{"a":"<img onerror>"}');
    expect(rejectionOf(error, record, { ...origin, offset: 7 })).toEqual({
      ...origin,
      offset: 7,
      reason: 'is wrong',
      causes: ['TYPE_INCOMPATIBLE'],
      place: 'records[2].a',
      record: '{"a":"<img onerror>"}',
      recordBytes: record.length,
      isCut: false,
    });
  });

  it('cuts a JSON record after 2,000 characters, and no character in two', () => {
    for (const character of ['a', 'é', '€']) {
      expect(keptOf(character.repeat(2000))).toEqual({ record: character.repeat(2000), isCut: false });
      expect(keptOf(character.repeat(2001))).toEqual({ record: character.repeat(2000), isCut: true });
    }
    expect(keptOf('😀'.repeat(5000))).toEqual({ record: '😀'.repeat(1000), isCut: true });
    expect(keptOf(`a${'😀'.repeat(5000)}`)).toEqual({ record: `a${'😀'.repeat(999)}`, isCut: true });
  });

  it('keeps the first 1,000 bytes of a protobuf message in hexadecimal', () => {
    const proto = { ...origin, recordType: 'PROTO' } as const;
    const whole = rejectionOf(error, Buffer.from([0x08, 0xff]), proto);
    expect([whole.record, whole.isCut]).toEqual(['08ff', false]);
    const cut = rejectionOf(error, Buffer.alloc(1001, 0xab), proto);
    expect([cut.record, cut.recordBytes, cut.isCut]).toEqual(['ab'.repeat(1000), 1001, true]);
  });

  it('bounds what is kept of other texts', () => {
    const long = typeIncompatible(() => 'p'.repeat(5000), 'r'.repeat(5000));
    const { reason, place, userAgent } = rejectionOf(long, Buffer.alloc(0), { ...origin, userAgent: 'u'.repeat(5000) });
    expect([reason.length, place.length, userAgent.length]).toEqual([1001, 301, 301]);
  });
});
