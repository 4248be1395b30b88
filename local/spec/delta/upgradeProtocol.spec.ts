import type { ProtocolAction } from '../../lib/delta/deltaAction.ts';
import { protocolFor } from '../../lib/delta/protocolFor.ts';
import { upgradeProtocol } from '../../lib/delta/upgradeProtocol.ts';

describe('upgradeProtocol', () => {
  const plain = protocolFor([]);
  const variant = protocolFor([{ name: 'v', type: { kind: 'variant' }, nullable: true }]);
  const legacy = (minReaderVersion: number, minWriterVersion: number): ProtocolAction => ({
    minReaderVersion,
    minWriterVersion,
  });

  it('returns the same protocol if it has everything', () => {
    for (const [present, required] of [
      [legacy(1, 2), plain],
      [legacy(2, 5), plain],
      [variant, plain],
      [variant, variant],
      [{ ...variant, writerFeatures: ['variantType'] }, variant],
      [{ minReaderVersion: 1, minWriterVersion: 7, writerFeatures: [] }, plain],
    ] as const) {
      expect(upgradeProtocol(present, required)).toBe(present);
    }
  });

  const implied: readonly (readonly [ProtocolAction, string[], string[]])[] = [
    [legacy(1, 1), [], []],
    [legacy(1, 2), [], ['appendOnly', 'invariants']],
    [legacy(1, 3), [], ['appendOnly', 'invariants', 'checkConstraints']],
    [legacy(1, 4), [], ['appendOnly', 'invariants', 'checkConstraints', 'changeDataFeed', 'generatedColumns']],
    [
      legacy(2, 6),
      ['columnMapping'],
      [
        ...['appendOnly', 'invariants', 'checkConstraints', 'changeDataFeed', 'generatedColumns'],
        ...['columnMapping', 'identityColumns'],
      ],
    ],
    [{ minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ['rowTracking'] }, [], ['rowTracking']],
  ];
  for (const [present, readerFeatures, writerFeatures] of implied) {
    const { minReaderVersion, minWriterVersion } = present;
    it(`lists the features that reader ${minReaderVersion} and writer ${minWriterVersion} had`, () => {
      expect(upgradeProtocol(present, variant)).toEqual({
        minReaderVersion: 3,
        minWriterVersion: 7,
        readerFeatures: [...readerFeatures, 'variantType'],
        writerFeatures: [...writerFeatures, 'variantType'],
      });
    });
  }

  it('adds a feature to those that are listed', () => {
    const ntz = protocolFor([{ name: 't', type: { kind: 'timestamp_ntz' }, nullable: true }]);
    expect(upgradeProtocol(variant, ntz)).toEqual({
      minReaderVersion: 3,
      minWriterVersion: 7,
      readerFeatures: ['variantType', 'timestampNtz'],
      writerFeatures: ['appendOnly', 'invariants', 'variantType', 'timestampNtz'],
    });
  });

  it('needs no features for a higher version without any', () => {
    expect(upgradeProtocol(legacy(1, 1), plain)).toEqual(legacy(1, 2));
  });
});
