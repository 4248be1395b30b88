import { lastValueFrom, of } from 'rxjs';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { ZerobusSdk } from '../../lib/sdk/zerobusSdk.ts';
import { userAgentOf } from '../../lib/transport/userAgentOf.ts';
import { VERSION } from '../../lib/version.ts';
import { ingest } from '../../operators/ingest.ts';
import { toZerobus } from '../../operators/toZerobus.ts';
import { READINGS_TABLE, startServer } from '../support/startServer.ts';
import { thrownBy } from '../support/thrownBy.ts';
import { reply, startTokenEndpoint } from '../support/tokenEndpoint.ts';

const OWN = `rxjs-zerobus/${VERSION}`;

describe('The option applicationName', () => {
  for (const name of ['my-app', 'my-app/1.0', 'my-app/1.0 (eu) other', 'x'.repeat(256)]) {
    it(`accepts ${name.slice(0, 30)}`, () => {
      expect(userAgentOf(name)).toBe(`${OWN} ${name}`);
    });
  }

  for (const name of [
    '',
    ' ',
    ' my-app',
    'my-app ',
    'a  b',
    'my\tapp',
    'my-app\r\nx: 1',
    'café',
    'x'.repeat(257),
    7,
    null,
  ]) {
    it(`refuses ${JSON.stringify(name).slice(0, 30)}, before anything is opened`, () => {
      const options = { applicationName: name as string };
      const endpoint = 'http://127.0.0.1:9';
      for (const act of [
        () => userAgentOf(options.applicationName),
        () => toZerobus(READINGS_TABLE, { ...options, endpoint, headersProvider: { getHeaders: () => ({}) } }),
        () => new ZerobusSdk(endpoint, endpoint, options),
      ]) {
        const error = thrownBy(act) as ZerobusError;
        expect(error).toBeInstanceOf(ZerobusError);
        expect(error.code).toBe('INVALID_OPTIONS');
        expect(error.message).toContain('applicationName must be');
      }
    });
  }

  it('is part of the user agent of streams and token requests, whatever opens them', async () => {
    const { server, connection } = await startServer({ auth: false });
    await using tokens = await startTokenEndpoint((response, count) =>
      reply(response, 200, { access_token: `token-${count}`, expires_in: 3600 }),
    );
    const names = ['one', 'two/2.0', 'three', undefined];
    const opened = names.map(() => server.activity.nextStream());
    try {
      const options = (n: number): object => ({
        ...connection,
        workspaceUrl: `${tokens.workspaceUrl}/${n}`,
        applicationName: names[n],
      });
      await lastValueFrom(of({ temp: 1 }).pipe(toZerobus(READINGS_TABLE, options(0))));
      await lastValueFrom(ingest([{ temp: 1 }], READINGS_TABLE, options(1)));
      const sdk = new ZerobusSdk(connection.endpoint, `${tokens.workspaceUrl}/2`, { applicationName: 'three' });
      const stream = await sdk.createStream({ tableName: READINGS_TABLE }, 'client', 'secret');
      await stream.close();
      await lastValueFrom(of({ temp: 1 }).pipe(toZerobus(READINGS_TABLE, options(3))));
      const expected = names.map((name) => (name === undefined ? OWN : `${OWN} ${name}`));
      const streams = await Promise.all(opened);
      expect(streams.map(({ userAgent }) => userAgent.replace(/ grpc-node-js.*$/, ''))).toEqual(expected);
      expect(tokens.requests.map(({ headers }) => headers['user-agent'])).toEqual(expected);
    } finally {
      await server.close();
    }
  });
});
