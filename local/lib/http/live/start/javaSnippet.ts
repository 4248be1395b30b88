import type { Snippet } from '../../../live/api/snippet.ts';
import { AUTHORITY_VARIABLE, SECRET_VARIABLE, type SnippetTarget } from './snippetTarget.ts';

/** A program for the official SDK for Java. */
export function javaSnippet(target: SnippetTarget): Snippet {
  const { endpoint, workspaceUrl, tableName, record, clientId, clientSecret, caPath } = target;
  const secret =
    clientSecret === undefined ? `System.getenv(${JSON.stringify(SECRET_VARIABLE)})` : JSON.stringify(clientSecret);
  const code = [
    ...(caPath === undefined ? [] : [`// Start it with ${AUTHORITY_VARIABLE} set to ${JSON.stringify(caPath)}.`]),
    'import com.databricks.zerobus.ZerobusJsonStream;',
    'import com.databricks.zerobus.ZerobusSdk;',
    '',
    'public class Quickstart {',
    '    public static void main(String[] args) throws Exception {',
    `        try (ZerobusSdk sdk = new ZerobusSdk(${JSON.stringify(endpoint)}, ${JSON.stringify(workspaceUrl)})) {`,
    `            ZerobusJsonStream stream = sdk.createJsonStream(${JSON.stringify(tableName)}, ${JSON.stringify(clientId)}, ${secret}).join();`,
    '            try {',
    `                long offset = stream.ingestRecordOffset(${JSON.stringify(JSON.stringify(record))});`,
    '                stream.waitForOffset(offset);',
    '                System.out.println("durable up to record " + offset);',
    '            } finally {',
    '                stream.close();',
    '            }',
    '        }',
    '    }',
    '}',
    '',
  ].join('\n');
  const install = 'mvn dependency:get -Dartifact=com.databricks:zerobus-ingest-sdk:LATEST';
  return { title: 'Java', language: 'java', install, code };
}
