import type { Snippet } from '../../../live/api/snippet.ts';
import type { Json } from './sampleRecord.ts';
import { AUTHORITY_VARIABLE, SECRET_VARIABLE, type SnippetTarget } from './snippetTarget.ts';

/** A program for the official SDK for Python. */
export function pythonSnippet(target: SnippetTarget): Snippet {
  const { endpoint, workspaceUrl, tableName, record, clientId, clientSecret, caPath } = target;
  const secret =
    clientSecret === undefined ? `os.environ[${JSON.stringify(SECRET_VARIABLE)}]` : JSON.stringify(clientSecret);
  const code = [
    ...(caPath === undefined && clientSecret !== undefined ? [] : ['import os', '']),
    'from zerobus.sdk.shared import RecordType, StreamConfigurationOptions, TableProperties',
    'from zerobus.sdk.sync import ZerobusSdk',
    '',
    ...(caPath === undefined
      ? []
      : [`os.environ[${JSON.stringify(AUTHORITY_VARIABLE)}] = ${JSON.stringify(caPath)}`, '']),
    `sdk = ZerobusSdk(${JSON.stringify(endpoint)}, ${JSON.stringify(workspaceUrl)})`,
    'stream = sdk.create_stream(',
    `    ${JSON.stringify(clientId)},`,
    `    ${secret},`,
    `    TableProperties(${JSON.stringify(tableName)}),`,
    '    StreamConfigurationOptions(record_type=RecordType.JSON),',
    ')',
    'try:',
    `    record = ${literal(record, '    ')}`,
    '    offset = stream.ingest_record_offset(record)',
    '    stream.wait_for_offset(offset)',
    '    print("durable up to record", offset)',
    'finally:',
    '    stream.close()',
    '',
  ].join('\n');
  return { title: 'Python', language: 'python', install: 'pip install databricks-zerobus-ingest-sdk', code };
}

/** A literal of Python, whose strings are those of JSON. */
function literal(value: Json, indent: string): string {
  if (value === null) {
    return 'None';
  }
  if (typeof value === 'boolean') {
    return value ? 'True' : 'False';
  }
  if (typeof value !== 'object') {
    return JSON.stringify(value);
  }
  const inner = `${indent}    `;
  const isList = Array.isArray(value);
  const items = isList
    ? (value as readonly Json[]).map((item) => literal(item, inner))
    : Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${literal(item, inner)}`);
  const [open, close] = isList ? '[]' : '{}';
  return items.length === 0
    ? `${open}${close}`
    : `${open}\n${items.map((item) => `${inner}${item},\n`).join('')}${indent}${close}`;
}
