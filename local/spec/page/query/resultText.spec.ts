import { csvText, jsonText } from '../../../page/query/resultText.ts';
import { sqlName, sqlTable } from '../../../page/query/sqlNames.ts';

describe('a result that is copied', () => {
  const result = {
    columns: ['a', 'b,"c"'],
    rows: [
      [null, ''],
      ['x\ny', { n: 1 }],
      ['9007199254740993', ' padded'],
    ],
  };

  it('is CSV that tells NULL from an empty text', () => {
    expect(csvText(result)).toBe(
      ['a,"b,""c"""', ',""', '"x\ny","{""n"":1}"', '9007199254740993," padded"', ''].join('\r\n'),
    );
  });

  it('is JSON with an object for each row', () => {
    expect(JSON.parse(jsonText(result))).toEqual([
      { a: null, 'b,"c"': '' },
      { a: 'x\ny', 'b,"c"': { n: 1 } },
      { a: '9007199254740993', 'b,"c"': ' padded' },
    ]);
  });

  it('loses no column of two with one name', () => {
    expect(JSON.parse(jsonText({ columns: ['a', 'a'], rows: [[1, 2]] }))).toEqual({
      columns: ['a', 'a'],
      rows: [[1, 2]],
    });
  });
});

describe('a name in an example query', () => {
  it('is quoted if it needs it', () => {
    expect(sqlName('device')).toBe('device');
    expect(sqlName('order')).toBe('"order"');
    expect(sqlName('at')).toBe('"at"');
    expect(sqlName('Device "x"')).toBe('"Device ""x"""');
    expect(sqlTable('main.iot.my-table')).toBe('main.iot."my-table"');
  });
});
