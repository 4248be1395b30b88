import { typeLines } from '../../../page/tables/typeLines.ts';

describe('a type in the list of columns', () => {
  it('stays in one line if it is short', () => {
    expect(typeLines('MAP<STRING, ARRAY<INT>>')).toBe('MAP<STRING, ARRAY<INT>>');
  });

  it('has a line for each field of a long struct', () => {
    const type = 'STRUCT<price: DECIMAL(10,2), items: ARRAY<STRUCT<a: INT, `b,<c>`: MAP<STRING, INT>>>>';
    expect(typeLines(type)).toBe(
      [
        'STRUCT<',
        '  price: DECIMAL(10,2),',
        '  items: ARRAY<STRUCT<',
        '    a: INT,',
        '    `b,<c>`: MAP<STRING, INT>',
        '  >>',
        '>',
      ].join('\n'),
    );
  });
});
