import fc from 'fast-check';
import protobuf from 'protobufjs';
import * as messages from '../../proto/messages.ts';

/** The common API of google-protobuf's classes, which ts-protoc-gen does not declare on their base. */
interface Message {
  serializeBinary(): Uint8Array;
}

interface MessageClass {
  new (): Message;
  deserializeBinary(bytes: Uint8Array): Message;
}

type Plain = Readonly<Record<string, unknown>>;

// protobufjs parses the .proto itself and shares no code with the generator.
const root = protobuf.loadSync('proto/zerobus_service.proto');
root.resolveAll();
const service = root.lookup('databricks.zerobus');
const declared = service instanceof protobuf.Namespace ? service.nestedArray : [];
const types = declared.filter((each) => each instanceof protobuf.Type);

function classOf(name: string): MessageClass {
  return (messages as unknown as Record<string, MessageClass>)[name] as MessageClass;
}

/** Sets the same values through the setters of the generated class. */
function build(type: protobuf.Type, values: Plain): Message {
  if (type.fullName === '.google.protobuf.Duration') {
    // The generated code takes this class from google-protobuf. An empty message provides an instance.
    const signal = messages.CloseStreamSignal.deserializeBinary(Uint8Array.of(0x0a, 0x00)).getDuration();
    if (signal === undefined) {
      throw new Error('A present duration was read as absent.');
    }
    signal.setSeconds(values['seconds'] as number);
    signal.setNanos(values['nanos'] as number);
    return signal;
  }
  const message = new (classOf(type.name))();
  for (const [name, value] of Object.entries(values)) {
    const field = type.fields[name];
    if (field === undefined) {
      throw new Error(`${type.name} has no ${name}.`);
    }
    const setter = `set${name.charAt(0).toUpperCase()}${name.slice(1)}${field.repeated ? 'List' : ''}`;
    const converted = field.resolvedType instanceof protobuf.Type ? build(field.resolvedType, value as Plain) : value;
    (message as unknown as Record<string, (value: unknown) => void>)[setter]?.(converted);
  }
  return message;
}

function scalar(field: protobuf.Field): fc.Arbitrary<unknown> {
  if (field.resolvedType instanceof protobuf.Enum) {
    return fc.constantFrom(...Object.values(field.resolvedType.values));
  }
  if (field.resolvedType instanceof protobuf.Type) {
    return plain(field.resolvedType);
  }
  if (field.type === 'int64') {
    return fc.maxSafeInteger();
  }
  if (field.type === 'int32') {
    return fc.integer();
  }
  if (field.type === 'string') {
    return fc.string({ unit: 'binary' });
  }
  if (field.type === 'bytes') {
    return fc.uint8Array();
  }
  throw new Error(`There are no random values for ${field.type}.`);
}

function value(field: protobuf.Field): fc.Arbitrary<unknown> {
  return field.repeated ? fc.array(scalar(field), { minLength: 1 }) : scalar(field);
}

/** Any values of a message: each field present or not, and at most one of a oneof. */
function plain(type: protobuf.Type): fc.Arbitrary<Plain> {
  if (type.fullName === '.google.protobuf.Duration') {
    // proto3 omits zeros, but protobufjs writes what it is given.
    return fc.record({ seconds: fc.integer({ min: 1 }), nanos: fc.integer({ min: 1, max: 999_999_999 }) });
  }
  const alone = type.fieldsArray.filter(({ partOf }) => !partOf);
  const parts = [fc.record(Object.fromEntries(alone.map((field) => [field.name, value(field)])), { requiredKeys: [] })];
  for (const { fieldsArray } of type.oneofsArray) {
    parts.push(fc.oneof(fc.constant({}), ...fieldsArray.map((field) => fc.record({ [field.name]: value(field) }))));
  }
  return fc.tuple(...parts).map((each) => Object.assign({}, ...each));
}

describe('the generated messages', () => {
  it('are exactly those of the .proto', () => {
    const names = declared
      .filter((each) => each instanceof protobuf.Type || each instanceof protobuf.Enum)
      .map(({ name }) => name);
    expect(Object.keys(messages).sort()).toEqual(names.sort());
    expect(messages.RecordType).toEqual({ RECORD_TYPE_UNSPECIFIED: 0, PROTO: 1, JSON: 2, AVRO: 4 });
  });

  for (const type of types) {
    it(`${type.name} has the bytes that protobufjs writes, and reads them`, () => {
      fc.assert(
        fc.property(plain(type), (values) => {
          const expected = Uint8Array.from(type.encode(type.create(values)).finish());
          expect(build(type, values).serializeBinary()).toEqual(expected);
          expect(classOf(type.name).deserializeBinary(expected).serializeBinary()).toEqual(expected);
        }),
        { numRuns: 200 },
      );
    });
  }

  it('have the numbers of the service', () => {
    const create = new messages.CreateIngestStreamRequest();
    create.setTableName('a.b.c');
    create.setDescriptorProto(Uint8Array.of(7));
    create.setRecordType(messages.RecordType.JSON);
    const request = new messages.EphemeralStreamRequest();
    request.setCreateStream(create);
    expect(Buffer.from(request.serializeBinary()).toString('hex')).toBe('0a0c0a05612e622e631a01072002');

    const response = messages.EphemeralStreamResponse.deserializeBinary(Buffer.from('12020805', 'hex'));
    expect(response.getIngestRecordResponse()?.getDurabilityAckUpToOffset()).toBe(5);
    expect(response.getPayloadCase()).toBe(messages.EphemeralStreamResponse.PayloadCase.INGEST_RECORD_RESPONSE);
  });

  it('distinguish an acknowledgement of offset 0 from one without an offset', () => {
    expect(
      messages.IngestRecordResponse.deserializeBinary(Uint8Array.of(8, 0)).hasDurabilityAckUpToOffset(),
    ).toBeTrue();
    expect(messages.IngestRecordResponse.deserializeBinary(Uint8Array.of()).hasDurabilityAckUpToOffset()).toBeFalse();
  });

  it('skip unknown fields', () => {
    const response = messages.EphemeralStreamResponse.deserializeBinary(
      Buffer.from('7a0201021203080578', 'hex').subarray(0, 4),
    );
    expect(response.getPayloadCase()).toBe(messages.EphemeralStreamResponse.PayloadCase.PAYLOAD_NOT_SET);
  });

  it('stay out of the global object, which another copy of them would use', () => {
    const { proto } = globalThis as { proto?: object };
    expect(Object.keys(proto ?? {})).not.toContain('databricks');
  });

  it('reserve the numbers that the service has retired', () => {
    expect(root.lookupType('CreateIngestStreamRequest').isReservedId(2)).toBeTrue();
    expect(root.lookupType('CreateIngestStreamResponse').isReservedId(2)).toBeTrue();
    expect(root.lookupEnum('databricks.zerobus.RecordType').isReservedId(3)).toBeTrue();
  });
});
