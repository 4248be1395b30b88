import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import protobuf from 'protobufjs';
import 'protobufjs/ext/descriptor.js';
import { array, int, map, string, struct } from '../../lib/table/columnBuilders.ts';
import { defineTable } from '../../lib/table/defineTable.ts';
import { encodeDescriptorSet } from '../../lib/table/encodeDescriptor.ts';
import { loadDescriptor } from '../../lib/table/loadDescriptor.ts';
import { compileByProtoc } from '../support/protoc.ts';
import { thrownBy } from '../support/thrownBy.ts';

const COMMON = `syntax = "proto2";
package shared.v1;
message Position { required double lat = 1; optional Accuracy accuracy = 2; enum Datum { WGS84 = 0; } optional Datum datum = 3; }
message Accuracy { optional double metres = 1; }
enum Unit { CELSIUS = 0; KELVIN = 1; }
message Unused { optional int32 x = 1; }
`;
const READINGS = `syntax = "proto2";
package iot.v1;
import "common.proto";
message Outer {
  message Reading {
    message Tag { optional string key = 1; optional Position position = 2; }
    optional string device = 1 [json_name = "deviceName"];
    optional shared.v1.Position position = 2;
    repeated Tag tags = 3;
    optional shared.v1.Unit unit = 4;
    map<string, Sibling> siblings = 5;
    optional shared.v1.Position.Datum datum = 6;
  }
  message Sibling { optional shared.v1.Accuracy accuracy = 1; optional Reading again = 2; }
}
message Position { optional int32 different = 1; }
message Plain { optional int32 x = 1; }
`;

describe('loadDescriptor', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'zerobus-descriptor-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function saved(bytes: Uint8Array | string): string {
    const path = join(folder, 'x.descriptor');
    writeFileSync(path, bytes);
    return path;
  }

  function byProtoc(...options: string[]): string {
    return saved(compileByProtoc({ 'readings.proto': READINGS, 'common.proto': COMMON }, ...options));
  }

  function problem(path: string, message: string): string {
    const error = thrownBy(() => loadDescriptor(path, message));
    expect(error).toEqual(jasmine.objectContaining({ code: 'INVALID_SCHEMA', isRetryable: false }));
    return (error as Error).message.replaceAll(folder, '');
  }

  it('returns the bytes in the file if the message needs no other', () => {
    const table = defineTable('main.iot.readings', {
      device: string().notNull(),
      tags: array(struct({ key: string() })),
      limits: map(string(), int()),
    });
    const path = saved(encodeDescriptorSet('readings.proto', table.message));
    expect(Buffer.from(loadDescriptor(path, 'IotReadings'))).toEqual(Buffer.from(table.descriptor));
    expect(Buffer.from(loadDescriptor(path, 'TagsElement')).toString('latin1')).toContain('TagsElement');
  });

  it('finds a message by its full name and by the end of that', () => {
    const path = byProtoc('--include_imports');
    const bytes = loadDescriptor(path, 'iot.v1.Plain');
    for (const name of ['Plain', 'v1.Plain', '.iot.v1.Plain']) {
      expect(loadDescriptor(path, name)).toEqual(bytes);
    }
    expect(loadDescriptor(path, 'Outer.Reading')).toEqual(loadDescriptor(path, 'Reading'));
  });

  it('nests every type that the message refers to', () => {
    const bytes = loadDescriptor(byProtoc('--include_imports'), 'Reading');
    const type = protobuf.Type.fromDescriptor(bytes);
    // The service knows only this message, so names are resolved as if its package contained nothing else.
    new protobuf.Root().define('iot.v1.Outer').add(type);
    type.root.resolveAll();
    expect(type.name).toBe('Reading');
    const nested = type.nestedArray.map(({ name }) => name).sort();
    expect(nested).toEqual(['Accuracy', 'Position', 'Position2', 'Sibling', 'Tag', 'Unit']);
    const value = {
      device: 'd',
      position: { lat: 1, accuracy: { metres: 2 }, datum: 0 },
      tags: [{ key: 'k', position: { different: 3 } }],
      unit: 1,
      siblings: { a: { accuracy: { metres: 4 }, again: { device: 'e' } } },
    };
    const oracle = protobuf.Root.fromDescriptor(
      compileByProtoc({ 'readings.proto': READINGS, 'common.proto': COMMON }),
    );
    const original = oracle.resolveAll().lookupType('iot.v1.Outer.Reading');
    const encoded = original.encode(original.fromObject(value)).finish();
    expect(type.toObject(type.decode(encoded))).toEqual(original.toObject(original.decode(encoded)));
    expect(Buffer.from(type.encode(type.fromObject(value)).finish())).toEqual(Buffer.from(encoded));
  });

  it('warns of proto3 fields that omit zeros, and of no others', () => {
    const proto = `syntax = "proto3";
      message Reading {
        int32 temp = 1; optional int32 level = 2; repeated int32 list = 3; Inner inner = 4; string device = 5;
        map<string, int32> counts = 6; oneof which { int32 a = 7; bool b = 8; }
        message Inner { bool on = 1; }
      }`;
    const emitWarning = spyOn(process, 'emitWarning');
    loadDescriptor(saved(compileByProtoc({ 'readings.proto': proto })), 'Reading');
    expect(emitWarning).toHaveBeenCalledOnceWith(
      jasmine.stringContaining('temp, device, Inner.on'),
      jasmine.objectContaining({ code: 'PROTO3_ZEROS' }) as never,
    );
    loadDescriptor(byProtoc('--include_imports'), 'Reading');
    expect(emitWarning).toHaveBeenCalledTimes(1);
  });

  it('refuses a missing file', () => {
    expect(problem(join(folder, 'none'), 'X')).toBe('The descriptor set /none cannot be read: ENOENT. Check the path.');
    expect(problem(folder, 'X')).toBe('The descriptor set  cannot be read: EISDIR. Check the path.');
  });

  it('refuses a file that is not a descriptor set', () => {
    const table = defineTable('main.iot.readings', { device: string() });
    for (const bytes of ['', 'syntax = "proto2";', READINGS, Buffer.alloc(100, 0xff), Buffer.from([0x0a, 0x05, 1])]) {
      expect(problem(saved(bytes), 'X')).toBe(
        '/x.descriptor is not a FileDescriptorSet. Create one with protoc --include_imports --descriptor_set_out=FILE.',
      );
    }
    // A bare DescriptorProto resembles a set: its name has the same field number as the files of a set.
    expect(problem(saved(table.descriptor), 'X')).toMatch(/is not a FileDescriptorSet|has no message/);
  });

  it('refuses a missing message and lists the others', () => {
    const path = byProtoc('--include_imports');
    expect(problem(path, 'Readings')).toBe(
      '/x.descriptor has no message "Readings". Its messages are: shared.v1.Position, shared.v1.Accuracy, shared.v1.Unused, ' +
        'iot.v1.Outer, iot.v1.Outer.Reading, iot.v1.Outer.Reading.Tag, iot.v1.Outer.Sibling, iot.v1.Position, iot.v1.Plain.',
    );
    expect(problem(path, '')).toContain('has no message ""');
  });

  it('refuses an ambiguous name', () => {
    expect(problem(byProtoc('--include_imports'), 'Position')).toBe(
      '/x.descriptor has several messages "Position": shared.v1.Position, iot.v1.Position. Use the full name.',
    );
  });

  it('names the types that are missing if imports were not included', () => {
    const path = saved(withoutImports(compileByProtoc({ 'readings.proto': READINGS, 'common.proto': COMMON })));
    expect(problem(path, 'Reading')).toBe(
      '/x.descriptor lacks shared.v1.Position, shared.v1.Unit, shared.v1.Accuracy, shared.v1.Position.Datum, which iot.v1.Outer.Reading refers to. Run protoc with --include_imports.',
    );
  });
});

/** Returns a set with only the last file of another. */
function withoutImports(set: Buffer): Buffer {
  const reader = protobuf.Reader.create(set);
  let start = 0;
  while (reader.pos < reader.len) {
    start = reader.pos;
    reader.skipType(reader.uint32() & 7);
  }
  return set.subarray(start);
}
