import { isUtf8 } from 'node:buffer';
import { type ProtobufReader, WireType } from '../../wire/protobufReader.ts';
import { malformed, type Place, typeIncompatible } from '../recordError.ts';
import type { RowLineWriter } from '../rowLineWriter.ts';
import type { ProtoValue } from './protoValue.ts';

/** string into STRING, or into a type whose text has to follow a rule: VARCHAR, DECIMAL, VARIANT. */
export class ProtoString implements ProtoValue {
  readonly wireType: number = WireType.lengthDelimited;
  readonly defaultKey: string = '';
  readonly #place: Place;
  readonly #problem: ((content: string) => string | undefined) | undefined;

  constructor(place: Place, problem?: (content: string) => string | undefined) {
    this.#place = place;
    this.#problem = problem;
  }

  transcode(reader: ProtobufReader, writer: RowLineWriter): void {
    const end = reader.readLength();
    const start = reader.position;
    this.#check(reader, start, end);
    writer.utf8String(reader.bytes, start, end);
    reader.position = end;
  }

  transcodeDefault(writer: RowLineWriter): void {
    const problem = this.#problem?.('');
    if (problem !== undefined) {
      throw typeIncompatible(this.#place, problem);
    }
    writer.ascii('""');
  }

  keyText(reader: ProtobufReader): string {
    const end = reader.readLength();
    const start = reader.position;
    this.#check(reader, start, end);
    reader.position = end;
    return reader.bytes.toString('utf8', start, end);
  }

  #check({ bytes }: ProtobufReader, start: number, end: number): void {
    if (!isAscii(bytes, start, end) && !isUtf8(bytes.subarray(start, end))) {
      throw malformed('not valid UTF-8', this.#place());
    }
    if (this.#problem === undefined) {
      return;
    }
    const problem = this.#problem(bytes.toString('utf8', start, end));
    if (problem !== undefined) {
      throw typeIncompatible(this.#place, problem);
    }
  }
}

function isAscii(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    if ((bytes[at] as number) > 0x7f) {
      return false;
    }
  }
  return true;
}
