// The usage guide of the Rust SDK, steps 1 to 7 and the recovery, in TypeScript.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import protobuf from 'protobufjs';
import { loadDescriptor, ZerobusSdk } from 'rxjs-zerobus';
import { withZerobus } from './support/withZerobus.ts';

const TABLE = 'main.shop.orders';
const CREATE_TABLE = `CREATE TABLE ${TABLE} (id INT, timestamp TIMESTAMP, data STRING)`;

await withZerobus(
  async ({ endpoint, workspaceUrl, clientId, clientSecret }, breakConnections) => {
    // 1. Generate the schema. In a shell: `npx rxjs-zerobus schema --uc-endpoint … --table … --output-dir …`.
    const output = mkdtempSync(join(tmpdir(), 'rxjs-zerobus-'));
    const command = fileURLToPath(import.meta.resolve('rxjs-zerobus/package.json')).replace(
      /package\.json$/,
      'dist/cli.js',
    );
    const args = [
      'schema',
      '--uc-endpoint',
      workspaceUrl,
      '--client-id',
      clientId,
      '--table',
      TABLE,
      '--output-dir',
      output,
    ];
    await promisify(execFile)(process.execPath, [command, ...args], {
      env: { ...process.env, DATABRICKS_CLIENT_SECRET: clientSecret },
    });

    // 2. Initialize the SDK.
    const sdk = new ZerobusSdk(endpoint, workspaceUrl);

    // 3. Configure authentication: createStream is called with the client id and the secret.

    // 4. Create a stream.
    const descriptorProto = loadDescriptor(join(output, 'orders.descriptor'), 'ShopOrders');
    const ShopOrders = protobuf.loadSync(join(output, 'orders.proto')).lookupType('ShopOrders');
    rmSync(output, { recursive: true });
    const tableProperties = { tableName: TABLE, descriptorProto };
    const options = {
      maxInflightRecords: 10_000,
      recovery: true,
      recoveryTimeoutMs: 15_000,
      recoveryBackoffMs: 2000,
      recoveryRetries: 4,
    };
    let stream = await sdk.createStream(tableProperties, clientId, clientSecret, options);

    // 5. Ingest data: one record, then many.
    const order = (id: number): Uint8Array =>
      ShopOrders.encode(ShopOrders.create({ id, timestamp: Date.now() * 1000, data: `record-${id}` })).finish();
    const offset = await stream.ingestRecord(order(0));
    console.log(`Record committed at offset: ${offset}`);

    const acks: Promise<number>[] = [];
    for (let id = 1; id <= 100_000; id++) {
      acks.push(stream.ingestRecord(order(id)));
    }
    // Flush all pending records.
    await stream.flush();

    // 6. Handle acknowledgments: wait for all records.
    const results = await Promise.all(acks);
    console.log(`Success: ${results.length} records, the last at offset ${results.at(-1)}`);

    // 7. Close the stream, which flushes it.
    await stream.close();
    console.log('Stream closed successfully');

    // Stream recovery: recreateStream sends the records of a failed stream that are not durable.
    stream = await sdk.createStream(tableProperties, clientId, clientSecret, { ...options, recovery: false });
    for (let id = 0; id < 100; id++) {
      await stream.ingestRecordOffset(order(id));
    }
    breakConnections();
    try {
      await stream.close();
    } catch {
      const unacked = await stream.getUnackedRecords();
      console.log(`Failed to ack ${unacked.length} records`);
      stream = await sdk.recreateStream(stream);
      await stream.close();
      console.log('Closed successfully');
    }
  },
  TABLE,
  CREATE_TABLE,
);
