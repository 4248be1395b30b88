import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const recipe = fileURLToPath(new URL('../../examples/mqtt/main.js', import.meta.url));

describe('The recipe for MQTT, with a broker of its own', () => {
  it('brings its messages into the table, and what is none into a file', async () => {
    const { ZEROBUS_ENDPOINT: _endpoint, MQTT_URL: _url, ...env } = process.env;
    const { stdout } = await promisify(execFile)(process.execPath, [recipe], { env, timeout: 60_000 });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.slice(0, -1)).toEqual([
      'reading readings/# as readings-to-table',
      'published 5000 messages',
      'the broker has 5000 acknowledgements',
      'rows in main.examples.air_quality: 4999',
      'dead letters:',
    ]);
    expect(JSON.parse(lines.at(-1) ?? '')).toEqual(
      jasmine.objectContaining({
        code: 'INVALID_RECORD',
        offset: 1234,
        value: { topic: 'readings/sensor-4', payload: 'offline' },
      }),
    );
  });
});
