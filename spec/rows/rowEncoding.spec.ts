import fc from 'fast-check';
import protobuf from 'protobufjs';
import descriptorExtension from 'protobufjs/ext/descriptor.js';
import { encodeRow } from '../../lib/rows/encodeRow.ts';
import { encodeDescriptorSet } from '../../lib/table/encodeDescriptor.ts';
import type { TableDefinition } from '../../lib/table/tableDefinition.ts';
import { sampledTable } from '../support/tableArbitrary.ts';

/** Returns the message of a table as protobufjs reads it from our descriptor. */
function messageOf(definition: TableDefinition<unknown>): protobuf.Type {
  expect(descriptorExtension).toBeDefined();
  const root = protobuf.Root.fromDescriptor(encodeDescriptorSet('x.proto', definition.message), { keepCase: true });
  return root.resolveAll().lookupType(definition.message.name);
}

describe('The encoding of rows', () => {
  it('has the bytes that protobufjs writes, and protobufjs reads them back, for every table and row', () => {
    fc.assert(
      fc.property(sampledTable, ({ definition, rows }) => {
        const type = messageOf(definition);
        for (const { input, message } of rows) {
          const bytes = encodeRow(definition, input);
          const expected = type.encode(type.fromObject(message as Record<string, unknown>)).finish();
          expect(Buffer.from(bytes).toString('hex')).toBe(Buffer.from(expected).toString('hex'));
          expect(type.toObject(type.decode(bytes), { longs: String })).toEqual(
            type.toObject(type.fromObject(message as Record<string, unknown>), { longs: String }),
          );
        }
      }),
    );
  });
});
