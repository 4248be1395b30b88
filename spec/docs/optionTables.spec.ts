import { readFileSync } from 'node:fs';
import { type OptionsDocument, optionsDocuments, withOptionTables } from './optionTables.ts';

const api: OptionsDocument = { path: 'docs/api.md', entryPoints: ['rxjs-zerobus'] };

describe('the tables of options', () => {
  for (const document of optionsDocuments) {
    const markdown = readFileSync(document.path, 'utf8');

    it(`are in ${document.path} as the doc comments have them`, () => {
      expect(withOptionTables(document, markdown) === markdown)
        .withContext(`${document.path} differs from the doc comments: run npm run generate:docs`)
        .toBeTrue();
    }, 120_000);

    it(`are all made by the script in ${document.path}`, () => {
      const byHand = markdown.replaceAll(/<!-- options: \w+ -->[\s\S]*?<!-- \/options -->/g, '');
      expect(byHand.match(/^\| option \| type .*/gm) ?? []).toEqual([]);
      expect(byHand.length).toBeLessThan(markdown.length);
    });
  }
});

describe('withOptionTables', () => {
  const tableOf = (name: string, rest = ''): string =>
    withOptionTables(api, `${rest}<!-- options: ${name} -->\nold\n<!-- /options -->`);

  it('writes type, default and text of each option', () => {
    const table = tableOf('TokenCacheOptions');
    expect(table).toContain('| option | type | default | what it is |\n| --- | --- | --- | --- |\n');
    expect(table).toContain('| `maxEntries` | `number` | 1,000 |');
    expect(table).not.toContain('Defaults to');
    expect(table).not.toContain('old');
  });

  it('has no column of defaults if every option is required', () => {
    expect(tableOf('TokenQuery')).toContain('| option | type | what it is |');
  });

  it('leads to the entries that the document has', () => {
    expect(tableOf('TlsOptions', '### `Secret`\n\n')).toContain('or [`Secret`](#secret) |');
    expect(tableOf('TlsOptions')).toContain('or `Secret` |');
  });

  it('refuses a name that is not exported, and a table without an end', () => {
    expect(() => tableOf('NoOptions')).toThrowError(/rxjs-zerobus exports no NoOptions: correct/);
    expect(() => tableOf('TlsOptions', '<!-- options: TlsOptions -->\n')).toThrowError(
      /without its beginning or its end/,
    );
  });
});
