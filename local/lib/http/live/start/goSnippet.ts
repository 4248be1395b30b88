import type { Snippet } from '../../../live/api/snippet.ts';
import { AUTHORITY_VARIABLE, SECRET_VARIABLE, type SnippetTarget } from './snippetTarget.ts';

/** A program for the official SDK for Go. */
export function goSnippet(target: SnippetTarget): Snippet {
  const { endpoint, workspaceUrl, tableName, record, clientId, clientSecret, caPath } = target;
  const secret =
    clientSecret === undefined ? `os.Getenv(${JSON.stringify(SECRET_VARIABLE)})` : JSON.stringify(clientSecret);
  const code = [
    'package main',
    '',
    'import (',
    '\t"log"',
    ...(caPath === undefined && clientSecret !== undefined ? [] : ['\t"os"']),
    '',
    '\tzerobus "github.com/databricks/zerobus-sdk/go"',
    ')',
    '',
    'func main() {',
    ...(caPath === undefined
      ? []
      : [
          `\tif err := os.Setenv(${JSON.stringify(AUTHORITY_VARIABLE)}, ${JSON.stringify(caPath)}); err != nil {`,
          '\t\tlog.Fatal(err)',
          '\t}',
        ]),
    `\tsdk, err := zerobus.NewZerobusSdk(${JSON.stringify(endpoint)}, ${JSON.stringify(workspaceUrl)})`,
    '\tif err != nil {',
    '\t\tlog.Fatal(err)',
    '\t}',
    '\tdefer sdk.Free()',
    '\toptions := zerobus.DefaultStreamConfigurationOptions()',
    '\toptions.RecordType = zerobus.RecordTypeJson',
    `\ttable := zerobus.TableProperties{TableName: ${JSON.stringify(tableName)}}`,
    `\tstream, err := sdk.CreateStream(table, ${JSON.stringify(clientId)}, ${secret}, options)`,
    '\tif err != nil {',
    '\t\tlog.Fatal(err)',
    '\t}',
    '\tdefer stream.Close()',
    `\toffset, err := stream.IngestRecordOffset(${textLiteral(JSON.stringify(record))})`,
    '\tif err != nil {',
    '\t\tlog.Fatal(err)',
    '\t}',
    '\tif err := stream.WaitForOffset(offset); err != nil {',
    '\t\tlog.Fatal(err)',
    '\t}',
    '\tlog.Printf("durable up to record %d", offset)',
    '}',
    '',
  ].join('\n');
  return { title: 'Go', language: 'go', install: 'go get github.com/databricks/zerobus-sdk/go@latest', code };
}

/** A raw literal if the text allows it. The strings of JSON are Go's, too. */
function textLiteral(text: string): string {
  return /[`\r\ufeff]/.test(text) ? JSON.stringify(text) : `\`${text}\``;
}
