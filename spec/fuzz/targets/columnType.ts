import { parseTypeJson } from '../../../lib/catalog/parseTypeJson.ts';
import { parseTypeText, UnsupportedType } from '../../../lib/catalog/parseTypeText.ts';
import { expectRight } from '../expectRight.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

/** The type of a column, in SQL or as Delta's JSON. */
export const columnTypeTarget: FuzzTarget = {
  name: 'columnType',
  seeds: [
    "array<struct<a:int not null comment 'it\\'s',`b c``d`:decimal(10,2)>>",
    'map<string,array<varchar(10)>>',
    'string collate UTF8_BINARY',
    'timestamp_ntz',
    '{"name":"a","type":{"type":"array","elementType":"string","containsNull":true},"nullable":false,"metadata":{}}',
    '{"type":"struct","fields":[{"name":"a","type":{"type":"map","keyType":"string","valueType":"long"}}]}',
    '"decimal(38,18)"',
  ],
  words: [
    'array<',
    'map<string,',
    'struct<a:',
    '>',
    "'",
    '`',
    "\\'",
    '"type":',
    '"elementType":{"type":"array",',
    '"fields":[',
  ],
  isTyped: (error) => error instanceof UnsupportedType,
  read: (input) => {
    const text = input.toString('utf8');
    const json = parsed(text);
    const { kind } = json === undefined ? parseTypeText(text) : parseTypeJson(json);
    expectRight(typeof kind === 'string', `the kind is ${String(kind)}`);
  },
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
