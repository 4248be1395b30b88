import { Server } from '@grpc/grpc-js';
import { widenReceiveWindow } from '../../lib/grpc/widenReceiveWindow.ts';

describe('widenReceiveWindow', () => {
  it('does not change a server without the expected private fields', () => {
    const strangers = [{}, { commonServerOptions: 1, http2Servers: [] }, { http2Servers: new Map([[undefined, 1]]) }];

    for (const stranger of strangers) {
      expect(() => widenReceiveWindow(stranger as unknown as Server)).not.toThrow();
    }
  });

  it("keeps the server's other settings", () => {
    const server = new Server({ 'grpc.max_concurrent_streams': 7 });
    widenReceiveWindow(server);
    const { settings } = (server as unknown as { commonServerOptions: { settings: object } }).commonServerOptions;
    server.forceShutdown();

    expect(settings).toEqual({ maxConcurrentStreams: 7, initialWindowSize: 4 * 1024 * 1024 });
  });
});
