// Headers of one's own: tokens from a vault, another identity provider, a cache that several processes share. Asked
// anew for every connection.
import { type HeadersProvider, OAuthHeadersProvider, TokenCache, ZerobusSdk } from 'rxjs-zerobus';
import { AIR_QUALITY_TABLE, withZerobus } from './support/withZerobus.ts';

await withZerobus(async ({ endpoint, workspaceUrl, clientId, clientSecret }) => {
  const sdk = new ZerobusSdk(endpoint, workspaceUrl);
  // The token still has to be one for Zerobus; here the built-in provider plays the part of your source of tokens.
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
      console.log('the stream asks for headers');
      return source.getHeaders();
    },
    // Told when the service refused them; `true` says that asking again brings others.
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
