import { rejectionOf } from '../support/promises.ts';
import { reading, readingBytes, type SdkServer, startSdkServer } from '../support/sdkServer.ts';

/** The limit of one request: 10 MiB less 64 KiB, as in the official SDKs. */
const LARGEST_BYTES = 10_420_224;
/** Creates JSON text of the row 1 with exactly this size. */
const textOf = (bytes: number): string => `{"temp":1,"device":"${'x'.repeat(bytes - 22)}"}`;

describe('Conformance, payload limits', () => {
  let world: SdkServer;

  beforeEach(async () => {
    world = await startSdkServer();
  });
  afterEach(() => world.close());

  it('payload_too_large_single: is refused by the client with the limit, is handed back, and harms nothing', async () => {
    const stream = await world.open();
    const tooLarge = textOf(LARGEST_BYTES + 1);
    const error = await rejectionOf(stream.ingestRecord(tooLarge));
    expect([error.code, error.isRetryable, error.unacked.length]).toEqual(['RECORD_TOO_LARGE', false, 1]);
    expect(error.unacked[0] === tooLarge).toBeTrue();
    expect(error.message).toContain(String(LARGEST_BYTES));
    expect(await stream.ingestRecord(textOf(LARGEST_BYTES - 1000))).toBe(0);
    expect(await world.storedTemps()).toEqual([1]);
  });

  it('payload_too_large_batch: the records count together, and no record is accepted', async () => {
    const stream = await world.open();
    const half = textOf(LARGEST_BYTES / 2);
    const error = await rejectionOf(stream.ingestRecords([half, half, reading(2)]));
    expect([error.code, error.unacked.length]).toEqual(['RECORD_TOO_LARGE', 3]);
    expect(await stream.ingestRecords([half, reading(2)])).toBe(0);
    expect(await world.storedTemps()).toEqual([1, 2]);
  });

  it('payload_too_large_batch: protobuf too', async () => {
    const stream = await world.openProto();
    const large = new Uint8Array(LARGEST_BYTES + 1);
    expect((await rejectionOf(stream.ingestRecord(large))).code).toBe('RECORD_TOO_LARGE');
    expect((await rejectionOf(stream.ingestRecords([readingBytes(1), large]))).code).toBe('RECORD_TOO_LARGE');
    expect(await stream.ingestRecords([readingBytes(1)])).toBe(0);
  });
});
