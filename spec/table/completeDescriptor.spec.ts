import protobuf from 'protobufjs';
import 'protobufjs/ext/descriptor.js';
import { streamTable } from '../../lib/stream/streamTable.ts';
import { array, int, map, string, struct } from '../../lib/table/columnBuilders.ts';
import { completeDescriptor } from '../../lib/table/completeDescriptor.ts';
import { defineTable } from '../../lib/table/defineTable.ts';
import { encodeDescriptorSet } from '../../lib/table/encodeDescriptor.ts';
import { lengthDelimited, readFields, writeFields } from '../../lib/table/wireField.ts';
import { thrownBy } from '../support/thrownBy.ts';

const table = defineTable('main.iot.readings', {
  device: string(),
  tags: array(struct({ key: string() })),
  limits: map(string(), int()),
});

/** A field of a message type, label optional. */
function field(name: string, typeName: string): Buffer {
  return Buffer.concat([
    writeFields([lengthDelimited(1, Buffer.from(name))]),
    Buffer.from([0x18, 1, 0x20, 1, 0x28, 11]),
    writeFields([lengthDelimited(6, Buffer.from(typeName))]),
  ]);
}

/** A message `Reading` with one field, and a nested `Tag` that refers to `Inner` beside it. */
function reading(typeName: string, innerName = '.iot.Reading.Inner'): Uint8Array {
  const tag = writeFields([lengthDelimited(1, Buffer.from('Tag')), lengthDelimited(2, field('inner', innerName))]);
  return writeFields([
    lengthDelimited(1, Buffer.from('Reading')),
    lengthDelimited(2, field('tag', typeName)),
    lengthDelimited(3, tag),
    lengthDelimited(3, writeFields([lengthDelimited(1, Buffer.from('Inner'))])),
  ]);
}

function problem(bytes: Uint8Array): string {
  const error = thrownBy(() => streamTable('main.iot.readings', bytes));
  expect(error).toEqual(jasmine.objectContaining({ code: 'INVALID_OPTIONS', isRetryable: false }));
  return (error as Error).message;
}

describe('The descriptor of a stream', () => {
  it('keeps its bytes if all its types are inside, under full names', () => {
    for (const bytes of [table.descriptor, reading('.iot.Reading.Tag'), reading('.Reading.Tag', '.Reading.Inner')]) {
      expect(Buffer.from(completeDescriptor(bytes))).toEqual(Buffer.from(bytes));
    }
  });

  it('has relative names of types written in full', () => {
    for (const [tag, inner] of [
      ['Tag', 'Inner'],
      ['Reading.Tag', 'Reading.Inner'],
      ['iot.Reading.Tag', 'iot.Reading.Inner'],
    ] as const) {
      const expected = reading('.Reading.Tag', '.Reading.Inner');
      expect(Buffer.from(completeDescriptor(reading(tag, inner)))).toEqual(Buffer.from(expected));
    }
  });

  it('is refused if it lacks types, and they are named', () => {
    expect(problem(reading('.google.protobuf.Timestamp'))).toBe(
      'descriptor lacks google.protobuf.Timestamp, which the message Reading refers to. Types must be nested in the message: loadDescriptor nests them.',
    );
    expect(problem(reading('Tag', 'Elsewhere'))).toContain('descriptor lacks Elsewhere');
  });

  it('is refused if it is a whole set or file, and the messages are named', () => {
    const set = encodeDescriptorSet('readings.proto', table.message);
    const [file] = readFields(Buffer.from(set));
    expect(problem(set)).toMatch(
      /^descriptor is a whole FileDescriptorSet, but must be one message .*IotReadings.*loadDescriptor/,
    );
    expect(problem(file?.value as Buffer)).toMatch(/^descriptor is a whole FileDescriptorProto, but .*IotReadings/);
    expect(problem(Buffer.concat([set, set]))).toContain('FileDescriptorSet');
    const root = protobuf.Root.fromJSON({
      nested: { iot: { nested: { Reading: { fields: { temp: { type: 'int32', id: 1 } } } } } },
    });
    const toDescriptor = Reflect.get(root, 'toDescriptor') as (syntax: string) => protobuf.Message;
    const byProtobufjs = toDescriptor.call(root, 'proto3');
    expect(problem(byProtobufjs.$type.encode(byProtobufjs).finish())).toContain('FileDescriptorSet');
  });

  it('is refused if it is something else', () => {
    for (const bytes of [Buffer.from('syntax = "proto3";'), Buffer.alloc(20, 0xff), Buffer.from([8, 1])]) {
      expect(problem(bytes)).toContain('descriptor is not a serialized DescriptorProto');
    }
  });
});
