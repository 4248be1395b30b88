import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readScript } from '../../lib/cli/readScript.ts';
import { TableDefinitionError } from '../../lib/errors.ts';

const TABLE = 'CREATE TABLE main.iot.readings (temp INT)';

/** Files that are no scripts, with what the error says about each. */
const otherFiles: readonly (readonly [name: string, content: string, message: RegExp])[] = [
  [
    'a.ipynb',
    '{"cells": []}',
    /a\.ipynb is a notebook of Jupyter\. Export it as a source file, which has the extension/,
  ],
  ['renamed.sql', '\n { "cells": [{"cell_type": "code"}], "nbformat": 4 }', /is a notebook of Jupyter\. Export it as/],
  ['a.dbc', 'PK\u0003\u0004…', /a\.dbc is an archive\. Export each notebook as a source file/],
  ['a.zip', 'PK\u0003\u0004…', /a\.zip is an archive/],
  ['a.html', '<!DOCTYPE html>\n<html>', /a\.html is a page of HTML\. Export the notebook as a source file/],
  ['a.py', 'import dlt\nspark.sql("CREATE TABLE a.b.c (x INT)")', /a\.py is a program\. Save its SQL as a \.sql file/],
  ['a.scala', 'object A {}', /a\.scala is a program/],
  ['a.tf', 'resource "databricks_sql_table" "a" {}', /a\.tf is a configuration\. Save the output of SHOW CREATE TABLE/],
  ['a.yml', 'resources: {}', /a\.yml is a configuration/],
  ['a.json', '{"sql": 1}', /a\.json is a configuration/],
];

describe('readScript', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zerobus-local-spec-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function read(name: string, content: string | Uint8Array) {
    const path = join(folder, name);
    await writeFile(path, content);
    return readScript(path, {});
  }

  for (const [name, content, message] of otherFiles) {
    it(`says what to give instead of ${name}`, async () => {
      await expectAsync(read(name, content)).toBeRejectedWithError(TableDefinitionError, message);
    });
  }

  it('reads UTF-8 and UTF-16, with and without a byte order mark', async () => {
    const utf16 = Buffer.from(`\uFEFF${TABLE} COMMENT 'ü'`, 'utf16le');
    const contents = [`${TABLE} COMMENT 'ü'`, `\uFEFF${TABLE} COMMENT 'ü'`, utf16, Buffer.from(utf16).swap16()];
    for (const content of contents) {
      expect((await read('a.sql', content)).map(({ comment }) => comment)).toEqual(['ü']);
    }
  });

  it('reads a notebook that was exported as a source file', async () => {
    const notebook = `# Databricks notebook source\nimport dlt\n# COMMAND ----------\n# MAGIC %sql\n# MAGIC ${TABLE}`;
    expect((await read('a.py', notebook.replaceAll('\n', '\r\n'))).length).toBe(1);
    const sql = `-- Databricks notebook source\n-- MAGIC %md it's\n-- COMMAND ----------\n${TABLE}\n-- COMMAND ----------`;
    expect((await read('a.sql', sql)).length).toBe(1);
  });

  it('notes that a script makes no table', async () => {
    const notes = spyOn(process.stderr, 'write').and.returnValue(true);
    await read('a.sql', '-- nothing yet');
    await read('a.py', '# Databricks notebook source\nspark.sql("""CREATE TABLE a.b.c (x INT)""")');
    expect(notes.calls.allArgs().map(([text]) => String(text).replace(folder, ''))).toEqual([
      'zerobus-local: /a.sql: No table is made by this script.\n',
      'zerobus-local: /a.py: No table is made by this script. Of a notebook, only the cells of SQL are read.\n',
    ]);
  });
});
