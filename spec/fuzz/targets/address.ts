import { isZerobusError } from '../../../lib/errors/zerobusError.ts';
import { parseAddress } from '../../../lib/transport/parseAddress.ts';
import { proxyFor } from '../../../lib/transport/proxyFor.ts';
import { expectRight } from '../expectRight.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

/** An address, the URL of a proxy, and the list of servers that are reached without it, one in each line. */
export const addressTarget: FuzzTarget = {
  name: 'address',
  seeds: [
    '1234.zerobus.us-west-2.cloud.databricks.com',
    'http://127.0.0.1:50051/\nhttp://user:pass%20word@proxy.example:3128\n.example.com, 10.0.0.0/8 *.svc.*.local:443',
    'https://[::1]:443/path//\nproxy\n[::1],fd00::/8',
    'fe80::1\nhttps://proxy\nfe80::1:443',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example\nproxy\n*a*a.example',
  ],
  words: ['http://', 'https://', '*', '*a', '/', '%', '@', ':', '[', ']', '/0', '/128', '\n', ','],
  isTyped: isZerobusError,
  read: (input) => {
    const [address = '', proxy = '', noProxy = ''] = input.toString('utf8').split('\n');
    const { url, hostname, target } = parseAddress('endpoint', address);
    expectRight(parseAddress('endpoint', url).url === url, `${url} is parsed to another address`);
    const port = Number(target.slice(target.lastIndexOf(':') + 1));
    expectRight(port > 0 && port < 65_536, `the target is ${target}`);
    proxyFor(hostname, { https_proxy: proxy, no_proxy: noProxy }, port);
  },
};
