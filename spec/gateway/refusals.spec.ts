import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import type { RefusedEvent } from '../../lib/gateway/gatewayOptions.ts';
import { zerobusGateway } from '../../operators/zerobusGateway.ts';
import { EVENTS_TABLE } from '../support/eventsTable.ts';
import { gatewayWorld, PageClient, range } from '../support/gatewayWorld.ts';

describe('An event that a gateway refuses', () => {
  const suite = gatewayWorld();

  it('has a code, and a message only if it is made for pages', async () => {
    const refusals: RefusedEvent[] = [];
    const { url } = await suite.world.open({
      refused: (event) => {
        refusals.push(event);
        throw new Error('ignored');
      },
      row: ({ kind }, { client, sequence }) => {
        switch (kind) {
          case 'private':
            throw new Error('the password of the database is s3cret');
          case 'public':
            throw new ZerobusError('OUT_OF_RANGE', 'kind must not be public.');
          case 'unknown':
            return { client, sequence, kid: kind } as never;
          case 'long':
            return { client, sequence, kind: 'x'.repeat(11_000_000) };
          case 'none':
            return undefined;
          default:
            return { client, sequence, kind };
        }
      },
    });
    const page = new PageClient();
    const kinds = ['a', 'private', 'public', 'unknown', 'long', 'none', 'b'];
    const { status, durable, refused } = await page.send(url, 0, range(0, 6), (index) => ({ kind: kinds[index] }));
    expect([status, durable]).toEqual([200, 6]);
    expect(refused?.map(({ sequence, code }) => [sequence, code])).toEqual([
      [1, 'INVALID_RECORD'],
      [2, 'OUT_OF_RANGE'],
      [3, 'INVALID_RECORD'],
      [4, 'RECORD_TOO_LARGE'],
    ]);
    expect(JSON.stringify(refused)).not.toContain('s3cret');
    expect(refused?.[1]?.message).toBe('kind must not be public.');
    expect(refused?.[2]?.message).toContain('kid');
    expect(refusals.map(({ client, sequence }) => [client, sequence])).toEqual(
      [1, 2, 3, 4].map((each) => [page.id, each]),
    );
    expect(`${refusals[0]?.error.cause}`).toContain('s3cret');
    expect(await suite.world.stored(page.id)).toEqual([0, 6]);
  });

  it('may be one that only the service refuses, which costs no other', async () => {
    const gateway = zerobusGateway(EVENTS_TABLE, {
      ...suite.world.connection,
      authenticate: () => true,
      row: (event, { client, sequence }) => ({ ...event, client, sequence }),
    });
    const url = await suite.world.serve(gateway.handle);
    const page = new PageClient();
    const answer = await page.send(url, 1, range(1, 50), (sequence) => (sequence % 20 === 7 ? { colour: 1 } : {}));
    expect(answer.refused?.map(({ sequence, message }) => [sequence, message])).toEqual(
      [7, 27, 47].map((sequence) => [sequence, 'The row of the event was refused.']),
    );
    expect((await page.send(url, 1, range(1, 51))).refused).toEqual(answer.refused);
    expect(await suite.world.stored(page.id)).toEqual(range(1, 51).filter((sequence) => sequence % 20 !== 7));
    await gateway.drain();
  });

  it('may be anything but an object, if there is no option row', async () => {
    const gateway = zerobusGateway(EVENTS_TABLE, { ...suite.world.connection, authenticate: () => true });
    const url = await suite.world.serve(gateway.handle);
    const page = new PageClient();
    const values = [{ client: page.id, sequence: 7 }, '{"client":"x","sequence":1}', 3, null, true];
    const answer = await page.send(url, 0, range(0, 4), (index) => values[index]);
    expect(answer.refused?.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    expect(await suite.world.stored(page.id)).toEqual([7]);
    await gateway.drain();
  });
});
