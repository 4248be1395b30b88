// Writes the tables of options in the documents anew: `npm run generate:docs`.

import { readFileSync, writeFileSync } from 'node:fs';
import { optionsDocuments, withOptionTables } from './optionTables.ts';

for (const document of optionsDocuments) {
  const before = readFileSync(document.path, 'utf8');
  const after = withOptionTables(document, before);
  if (after === before) {
    console.log(`${document.path} is as the doc comments have it`);
  } else {
    writeFileSync(document.path, after);
    console.log(`${document.path} has new option tables`);
  }
}
