// Runs as a process of its own: an HTTP proxy that opens tunnels. Its first argument is its configuration as JSON. The
// first line of its output is the port it listens on, and each further line is a request for a tunnel, as JSON.
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ProxyConfiguration } from '../../support/proxyProcess.ts';

const { authorization, tls, status, names = {} } = JSON.parse(process.argv[2] ?? '{}') as ProxyConfiguration;
const server = tls === undefined ? createServer() : createTlsServer(tls);

server.on('connect', (request: IncomingMessage, client: Duplex, head: Buffer) => {
  const { url = '', headers } = request;
  const given = headers['proxy-authorization'] ?? null;
  console.log(JSON.stringify({ target: url, authorization: given }));
  client.on('error', () => client.destroy());
  const refuse = (code: number): void => void client.end(`HTTP/1.1 ${code} No\r\ncontent-length: 0\r\n\r\n`);
  if (authorization !== undefined && given !== authorization) {
    refuse(407);
    return;
  }
  if (status !== undefined) {
    refuse(status);
    return;
  }
  const { hostname, port } = new URL(`http://${url}`);
  const host = names[hostname] ?? hostname.replace(/^\[(.*)\]$/, '$1');
  // The proxy of a spec connects to this machine only.
  if (isIP(host) === 0 && host !== 'localhost') {
    refuse(502);
    return;
  }
  const service = connect(Number(port) || 80, host);
  service.on('error', () => (client.writable ? refuse(502) : client.destroy()));
  service.once('connect', () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    service.write(head);
    client.pipe(service).pipe(client);
  });
  client.on('close', () => service.destroy());
  service.on('close', () => client.destroy());
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
