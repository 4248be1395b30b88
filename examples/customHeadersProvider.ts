// A headers provider of your own: for tokens from a vault, from another identity provider, or from a cache that several
// processes share. The stream calls it for every connection.
import { type HeadersProvider, OAuthHeadersProvider, TokenCache, ZerobusSdk } from 'rxjs-zerobus';
import { AIR_QUALITY_TABLE, withZerobus } from './support/withZerobus.ts';

await withZerobus(async ({ endpoint, workspaceUrl, clientId, clientSecret }) => {
  const sdk = new ZerobusSdk(endpoint, workspaceUrl);
  // The token must be valid for Zerobus. Here, the built-in provider stands in for your source of tokens.
  const { workspaceId } = sdk;
  const source = new OAuthHeadersProvider({
    workspaceUrl,
    workspaceId,
    table: AIR_QUALITY_TABLE,
    clientId,
    clientSecret,
    cache: new TokenCache(),
  });
  const headersProvider: HeadersProvider = {
    getHeaders: () => {
      console.log('the stream requests headers');
      return source.getHeaders();
    },
    // Called if the service refuses the headers. Return `true` if the next call of `getHeaders` returns other headers.
    invalidate: (headers) => source.invalidate(headers),
  };
  const stream = await sdk.createStreamWithHeadersProvider({ tableName: AIR_QUALITY_TABLE }, headersProvider);
  try {
    await stream.ingestRecords([
      { device_name: 'sensor-1', temp: 21 },
      { device_name: 'sensor-2', temp: 22 },
    ]);
    console.log('the batch is durable');
  } finally {
    await stream.close();
  }
});
