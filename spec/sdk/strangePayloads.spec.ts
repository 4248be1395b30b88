import { rejectionOf } from '../support/promises.ts';
import { ScriptedService } from '../support/scriptedService.ts';

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

const strange: readonly unknown[] = [
  revoked({}),
  revoked([]),
  Symbol('s'),
  undefined,
  Object.defineProperty({}, 'n', {
    enumerable: true,
    get: () => {
      throw Object.create(null);
    },
  }),
];

describe('A payload that can not be looked at', () => {
  it('is rejected with INVALID_RECORD, also as a part of a batch, and the stream goes on', async () => {
    const service = new ScriptedService();
    const stream = await service.open();
    for (const payload of strange as never[]) {
      for (const submission of [
        stream.ingestRecordOffset(payload),
        stream.ingestRecordsOffset([{ n: 1 }, payload]),
        stream.ingestRecords(payload),
      ]) {
        expect(await rejectionOf(submission)).toEqual(jasmine.objectContaining({ code: 'INVALID_RECORD' }));
      }
    }
    expect(await stream.ingestRecordOffset({ n: 1 })).toBe(0);
  });

  it('is rejected with INVALID_RECORD while there is no room', async () => {
    const service = new ScriptedService();
    const stream = await service.open({ maxInflightRecords: 1 });
    await stream.ingestRecordOffset({ n: 1 });
    for (const payload of strange as never[]) {
      expect(await rejectionOf(stream.ingestRecordOffset(payload))).toEqual(
        jasmine.objectContaining({ code: 'INVALID_RECORD' }),
      );
    }
  });

  it('is rejected as a batch if it has holes, or says that it has more records than fit', async () => {
    const stream = await new ScriptedService().open();
    const holes = Object.assign([{ n: 1 }], { 2: { n: 2 } });
    for (const batch of [holes, new Array<object>(3), new Array<object>(2 ** 32 - 1)]) {
      expect(await rejectionOf(stream.ingestRecordsOffset(batch))).toEqual(
        jasmine.objectContaining({ code: 'INVALID_RECORD' }),
      );
    }
  });

  it('is rejected with INVALID_ARGUMENT as an offset', async () => {
    const stream = await new ScriptedService().open();
    for (const offset of [...strange, Object.create(null)] as never[]) {
      expect(await rejectionOf(stream.waitForOffset(offset))).toEqual(
        jasmine.objectContaining({ code: 'INVALID_ARGUMENT' }),
      );
    }
  });
});
