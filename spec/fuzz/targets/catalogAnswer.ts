import { catalogError } from '../../../lib/catalog/catalogError.ts';
import { definitionFromCatalog } from '../../../lib/catalog/definitionFromCatalog.ts';
import { isZerobusError } from '../../../lib/errors/zerobusError.ts';
import { parseJsonObject } from '../../../lib/http/parseJsonObject.ts';
import { expectRight } from '../expectRight.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';
import { silently } from '../silently.ts';

const statuses = [200, 400, 401, 403, 404, 405, 500] as const;

const column = (name: string, typeText: string, type: unknown, more: object = {}): object => ({
  name,
  type_text: typeText,
  type_name: typeText.replace(/\W.*/, '').toUpperCase(),
  type_json: JSON.stringify({ name, type, nullable: true, metadata: {} }),
  nullable: true,
  ...more,
});

const table = (...columns: readonly object[]): string => JSON.stringify({ table_type: 'MANAGED', columns });

/** The answer of Unity Catalog to a request for a table. */
export const catalogAnswerTarget: FuzzTarget = {
  name: 'catalogAnswer',
  seeds: [
    table(column('device', 'string', 'string', { position: 0 }), column('temp', 'bigint', 'long', { position: 2 })),
    table(
      column('tags', 'array<varchar(10)>', { type: 'array', elementType: 'string', containsNull: true }),
      column('by', 'map<string,int>', { type: 'map', keyType: 'string', valueType: 'integer' }),
      column('place', 'struct<a:int not null,b:decimal(10,2)>', {
        type: 'struct',
        fields: [
          { name: 'a', type: 'integer', nullable: false, metadata: { __CHAR_VARCHAR_TYPE_STRING: 'varchar(3)' } },
        ],
      }),
    ),
    table({ name: 'price', type_name: 'DECIMAL', type_precision: 10, type_scale: 2, nullable: false }),
    '{"table_type":"VIEW","columns":[]}',
    '{"error_code":"TABLE_DOES_NOT_EXIST","message":"no such table"}',
  ],
  words: ['"type_json":', '"type_scale":', '"position":', '"metadata":', '"fields":', '"elementType":', '\\"type\\":'],
  isTyped: isZerobusError,
  read: (input) => {
    const body = input.toString('utf8');
    for (const status of statuses) {
      const error = catalogError('https://workspace.example', 'main.iot.readings', { status, body, location: '' }, []);
      expectRight(isZerobusError(error) && error.message.length < 3000, `the error is ${String(error)}`);
    }
    const definition = silently(() => definitionFromCatalog('main.iot.readings', parseJsonObject(body)));
    expectRight(definition.descriptor.length > 0, 'a definition has no descriptor');
  },
};
