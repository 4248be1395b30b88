import { from, groupBy, lastValueFrom, mergeMap, range, toArray } from 'rxjs';
import { TokenCache } from '../../lib/auth/tokenCache.ts';
import { ZerobusSdk } from '../../lib/sdk/zerobusSdk.ts';
import { type ToZerobusOptions, toZerobus } from '../../operators/toZerobus.ts';
import { READINGS_TABLE, startServer } from '../support/startServer.ts';
import { reply, startTokenEndpoint, type TokenEndpoint } from '../support/tokenEndpoint.ts';

const GROUPS = 10;
const OTHER_TABLE = 'main.iot.others';

describe('The token cache of the process', () => {
  let endpoint: TokenEndpoint;
  let options: ToZerobusOptions;
  let close: () => Promise<void>;

  beforeEach(async () => {
    const { server } = await startServer({
      auth: false,
      tables: [`CREATE TABLE ${READINGS_TABLE} (temp INT)`, `CREATE TABLE ${OTHER_TABLE} (temp INT)`],
    });
    endpoint = await startTokenEndpoint((response, count) =>
      reply(response, 200, { access_token: `token-${count}`, expires_in: 3600 }),
    );
    const { workspaceUrl } = endpoint;
    options = { endpoint: server.endpoint, workspaceUrl, clientId: 'client', clientSecret: 'client-secret' };
    close = async () => {
      await endpoint[Symbol.asyncDispose]();
      await server.close();
    };
  });
  afterEach(() => close());

  async function write(more: ToZerobusOptions = {}, table = READINGS_TABLE): Promise<void> {
    await lastValueFrom(from([{ temp: 1 }]).pipe(toZerobus(table, { ...options, ...more })));
  }

  it('serves operators that are created one by one, even at the same time', async () => {
    const offsets = await lastValueFrom(
      range(GROUPS * 3).pipe(
        groupBy((n) => n % GROUPS),
        mergeMap((group$) =>
          group$.pipe(
            mergeMap((temp) => [{ temp }]),
            toZerobus(READINGS_TABLE, options),
          ),
        ),
        toArray(),
      ),
    );
    expect(offsets.filter((offset) => offset === 2)).toHaveSize(GROUPS);
    await write();
    expect(endpoint.requests).toHaveSize(1);
  });

  it('serves every ZerobusSdk', async () => {
    for (const tableName of [READINGS_TABLE, READINGS_TABLE]) {
      const sdk = new ZerobusSdk(options.endpoint ?? '', endpoint.workspaceUrl);
      await using stream = await sdk.createStream({ tableName }, 'client', 'client-secret');
      await stream.ingestRecord({ temp: 1 });
    }
    await write();
    expect(endpoint.requests).toHaveSize(1);
  });

  it('keeps principals, secrets, tables and workspaces apart', async () => {
    await write();
    await write({ clientId: 'other' });
    await write({ clientSecret: 'other-secret' });
    await write({}, OTHER_TABLE);
    await write({ workspaceUrl: `${endpoint.workspaceUrl}/other` });
    expect(endpoint.requests).toHaveSize(5);
    await write();
    expect(endpoint.requests).toHaveSize(5);
  });

  it('is replaced by the cache of an option', async () => {
    const tokenCache = new TokenCache();
    await write();
    await write({ tokenCache });
    await write({ tokenCache });
    expect(endpoint.requests).toHaveSize(2);
  });
});
