import { lastValueFrom, of } from 'rxjs';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { ZerobusSdk } from '../../lib/sdk/zerobusSdk.ts';
import { userAgentOf } from '../../lib/transport/userAgentOf.ts';
import { VERSION } from '../../lib/version.ts';
import { ingest } from '../../operators/ingest.ts';
import { type ToZerobusOptions, toZerobus } from '../../operators/toZerobus.ts';
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
    const userAgents: string[] = [];
    const openedBy = async (n: number, open: (options: ToZerobusOptions) => Promise<unknown>): Promise<void> => {
      const opened = server.activity.nextStream();
      const applicationName = names[n];
      await open({ ...connection, workspaceUrl: `${tokens.workspaceUrl}/${n}`, applicationName });
      const { userAgent } = await opened;
      userAgents.push(userAgent.replace(/ grpc-node-js.*$/, ''));
    };
    try {
      await openedBy(0, (options) => lastValueFrom(of({ temp: 1 }).pipe(toZerobus(READINGS_TABLE, options))));
      await openedBy(1, (options) => lastValueFrom(ingest([{ temp: 1 }], READINGS_TABLE, options)));
      await openedBy(2, async ({ endpoint = '', workspaceUrl = '', applicationName }) => {
        const sdk = new ZerobusSdk(endpoint, workspaceUrl, { applicationName });
        const stream = await sdk.createStream({ tableName: READINGS_TABLE }, 'client', 'secret');
        await stream.close();
      });
      await openedBy(3, (options) => lastValueFrom(of({ temp: 1 }).pipe(toZerobus(READINGS_TABLE, options))));
      const expected = names.map((name) => (name === undefined ? OWN : `${OWN} ${name}`));
      expect(userAgents).toEqual(expected);
      expect(tokens.requests.map(({ headers }) => headers['user-agent'])).toEqual(expected);
    } finally {
      await server.close();
    }
  });
});
