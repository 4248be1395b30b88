import type { ServerEvent } from '../../lib/faults/serverEvent.ts';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import { RawHttp } from '../support/rawHttp.ts';

describe('An HTTP request whose client goes away before its body is complete', () => {
  for (const path of ['/oidc/v1/token', '/api/local/alter', '/zerobus/v1/tables/main.iot.readings/insert']) {
    for (const how of ['end', 'resetAndDestroy'] as const) {
      it(`is not a failure of the server: POST ${path}, ${how}`, async () => {
        const failures: Error[] = [];
        let notify: (event: ServerEvent) => void = () => undefined;
        const refused = new Promise<ServerEvent>((resolve) => {
          notify = (event) => (event.type === 'requestRefused' ? resolve(event) : undefined);
        });
        const server = await startZerobusLocal({
          auth: false,
          tables: ['CREATE TABLE main.iot.readings (n INT)'],
          onError: (error) => failures.push(error),
          onEvent: (event) => notify(event),
        });
        try {
          const http = await RawHttp.open(server);
          const head = `POST ${path} HTTP/1.1\r\nhost: spec\r\ncontent-type: application/json\r\ncontent-length: 100`;
          http.socket.write(`${head}\r\nexpect: 100-continue\r\n\r\n[`);
          // The body is being read.
          await http.statuses(1);
          http.socket[how]();
          const event = await refused;
          expect(event).toEqual(jasmine.objectContaining({ path, httpStatus: 499 }));
          expect(failures).toEqual([]);
        } finally {
          await server.close();
        }
      });
    }
  }
});
