import { endSentence } from '../../errors/endSentence.ts';
import { reasonOf } from '../../errors/reasonOf.ts';
import { ZerobusError } from '../../errors/zerobusError.ts';
import type { Reader } from '../../inputs/reader.ts';
import type { InputFile } from './inputFile.ts';
import { RecordParser } from './recordParser.ts';
import type { InputRecord, RecordReader, ResumePlace } from './recordReader.ts';

/** What is known of an input whose first records need not be read again. */
export interface ResumedCsv {
  readonly header: readonly string[] | undefined;
  readonly after: ResumePlace;
}

/** Reads records of CSV. Blank lines are skipped. */
export class CsvRecords implements RecordReader {
  /** The names of the fields, which {@link readHeader} has read. */
  header: readonly string[] | undefined;
  readonly #chunks: Reader<Buffer>;
  readonly #name: string;
  readonly #parser: RecordParser;
  readonly #after: ResumePlace;
  #hasEnded = false;
  /** Thrown behind the records before it. */
  #failure: { readonly cause: unknown } | undefined;
  #line = 0;
  #endLine: number;
  #endByte: number;

  /**
   * @param chunks the bytes behind what need not be read again
   * @param resumed what is known of the input. Defaults to nothing
   */
  constructor(chunks: Reader<Buffer>, { name, delimiter }: InputFile, resumed?: ResumedCsv) {
    this.#chunks = chunks;
    this.#name = name;
    this.header = resumed?.header;
    this.#after = resumed?.after ?? { line: 0, byte: 0 };
    this.#endLine = this.#after.line;
    this.#endByte = this.#after.byte;
    this.#parser = new RecordParser(delimiter);
  }

  get line(): number {
    return this.#line;
  }

  get endLine(): number {
    return this.#endLine;
  }

  get endByte(): number {
    return this.#endByte;
  }

  /** Reads the first record, which has the names of the fields. An empty input has none. */
  async readHeader(): Promise<void> {
    const result = await this.wait();
    if (result.done !== true) {
      this.header = (result.value as readonly string[]).map((name) => name.trim());
    }
  }

  next(): IteratorResult<InputRecord> | undefined {
    for (;;) {
      const parsed = this.#parser.records.shift();
      if (parsed === undefined) {
        break;
      }
      this.#line = this.#endLine + 1;
      const { fields, endByte } = parsed;
      this.#endLine = fields.reduce(plusLineFeeds, this.#line);
      this.#endByte = this.#after.byte + endByte;
      if (fields.length > 1 || fields[0] !== '') {
        return { done: false, value: fields };
      }
    }
    if (this.#failure !== undefined) {
      throw this.#notCsv(this.#failure.cause);
    }
    return this.#hasEnded ? { done: true, value: undefined } : undefined;
  }

  async wait(): Promise<IteratorResult<InputRecord>> {
    for (;;) {
      const result = this.next();
      if (result !== undefined) {
        return result;
      }
      const chunk = this.#chunks.next() ?? (await this.#chunks.wait());
      try {
        if (chunk.done === true) {
          this.#hasEnded = true;
          await this.#parser.parseRest();
        } else {
          await this.#parser.parse(chunk.value);
        }
      } catch (cause) {
        // A quote that is missing joins the records behind it, so none of them can be read.
        this.close();
        this.#failure = { cause };
      }
    }
  }

  close(): void {
    this.#hasEnded = true;
    this.#chunks.close();
    this.#parser.destroy();
  }

  #notCsv(cause: unknown): ZerobusError {
    const what = `is not CSV: ${endSentence(reasonOf(cause))} Correct it, or pass another --delimiter`;
    return new ZerobusError('INVALID_RECORD', `${this.#name}: line ${this.#endLine + 1} ${what}.`, { cause });
  }
}

function plusLineFeeds(count: number, field: string): number {
  let sum = count;
  for (let at = field.indexOf('\n'); at !== -1; at = field.indexOf('\n', at + 1)) {
    sum++;
  }
  return sum;
}
