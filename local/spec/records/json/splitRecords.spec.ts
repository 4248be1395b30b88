import fc from 'fast-check';
import { splitRecords } from '../../../lib/records/json/splitRecords.ts';
import { RecordError } from '../../../lib/records/recordError.ts';

/** The texts of the records that a body has. There is one byte before the body, as the reader of records needs it. */
function textsOf(body: string | Buffer): string[] {
  const records = splitRecords(Buffer.concat([Buffer.alloc(1), Buffer.from(body)]), 1);
  return records.starts.map((start, index) => records.bytes.toString('utf8', start, records.end(index)));
}

function problemOf(body: string | Buffer): string {
  try {
    return `no error: ${textsOf(body).join(' ')}`;
  } catch (error) {
    return error instanceof RecordError ? error.message : String(error);
  }
}

describe('splitRecords', () => {
  it('finds every element of an array, whatever it contains and however it is spaced', () => {
    const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
    const element = fc.tuple(space, fc.jsonValue({ maxDepth: 5 }), space, fc.constantFrom(undefined, 1));
    fc.assert(
      fc.property(space, fc.array(element, { minLength: 1 }), space, (before, elements, after) => {
        const texts = elements.map(([, value, , indent]) => JSON.stringify(value, null, indent));
        const spaced = elements.map(([left, , right], index) => `${left}${texts[index]}${right}`);

        expect(textsOf(`${before}[${spaced.join(',')}]${after}`).map((text) => text.trim())).toEqual(texts);
      }),
    );
  });

  it('takes a bare object as one record', () => {
    expect(textsOf(' {"a":[1,"]}"]} \n')).toEqual(['{"a":[1,"]}"]}']);
  });

  it('finds no record in an empty array', () => {
    expect([textsOf('[]'), textsOf(' [ \n ] ')]).toEqual([[], []]);
  });

  it('leaves what is wrong within an element to the reader of records', () => {
    expect(textsOf('[{]},1 2,,"\\"]",]')).toEqual(['{]}', '1 2', '', '"\\"]"', '']);
  });

  it('needs no stack for brackets that are nested a million deep', () => {
    const deep = `${'['.repeat(1e6)}${']'.repeat(1e6)}`;
    expect(textsOf(`[${deep}]`)).toEqual([deep]);
  });

  it('says what is wrong with a body', () => {
    const neither = 'The body is neither a JSON array nor a JSON object. Send a JSON array of records.';
    expect(
      ['', ' \n', 'null', '"[]"', '\u0000[]', '\ufeff[{}]', '[{}', '[{},', '[{"a":"]', '[{}] x', '[{}][{}]'].map(
        problemOf,
      ),
    ).toEqual([
      'The body is empty. Send a JSON array of records.',
      'The body is empty. Send a JSON array of records.',
      neither,
      neither,
      neither,
      'The body begins with a byte order mark. Send UTF-8 without one.',
      'The JSON array does not end. Send all of it.',
      'The JSON array does not end. Send all of it.',
      'The JSON array does not end. Send all of it.',
      'Something follows the JSON array. Send one array in each request.',
      'Something follows the JSON array. Send one array in each request.',
    ]);
  });
});
