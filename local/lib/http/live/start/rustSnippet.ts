import type { Snippet } from '../../../live/api/snippet.ts';
import { AUTHORITY_VARIABLE, SECRET_VARIABLE, type SnippetTarget } from './snippetTarget.ts';

/** A program for the official SDK for Rust. */
export function rustSnippet(target: SnippetTarget): Snippet {
  const { endpoint, workspaceUrl, tableName, record, clientId, clientSecret, caPath } = target;
  const secret =
    clientSecret === undefined ? `std::env::var(${stringLiteral(SECRET_VARIABLE)})?` : stringLiteral(clientSecret);
  const code = [
    'use databricks_zerobus_ingest_sdk::{JsonString, ZerobusSdk};',
    '',
    '#[tokio::main(flavor = "current_thread")]',
    'async fn main() -> Result<(), Box<dyn std::error::Error>> {',
    ...(caPath === undefined
      ? []
      : [`    unsafe { std::env::set_var(${stringLiteral(AUTHORITY_VARIABLE)}, ${stringLiteral(caPath)}) };`]),
    '    let sdk = ZerobusSdk::builder()',
    `        .endpoint(${stringLiteral(endpoint)})`,
    `        .unity_catalog_url(${stringLiteral(workspaceUrl)})`,
    '        .build()?;',
    '    let mut stream = sdk',
    '        .stream_builder()',
    `        .table(${stringLiteral(tableName)})`,
    `        .oauth(${stringLiteral(clientId)}, ${secret})`,
    '        .json()',
    '        .build()',
    '        .await?;',
    `    let record = ${rawLiteral(JSON.stringify(record))};`,
    '    let offset = stream',
    '        .ingest_record_offset(JsonString(record.to_string()))',
    '        .await?;',
    '    stream.wait_for_offset(offset).await?;',
    '    println!("durable up to record {offset}");',
    '    stream.close().await?;',
    '    Ok(())',
    '}',
    '',
  ].join('\n');
  const install = 'cargo add databricks-zerobus-ingest-sdk && cargo add tokio --features macros,rt-multi-thread';
  return { title: 'Rust', language: 'rust', install, code };
}

function stringLiteral(text: string): string {
  const escaped = Array.from(text, (character) =>
    /[\\"]|[^\x20-\x7e]/.test(character) ? `\\u{${character.codePointAt(0)?.toString(16)}}` : character,
  );
  return `"${escaped.join('')}"`;
}

/** A literal without escapes, between more `#` than there are in the text. */
function rawLiteral(text: string): string {
  const longest = Math.max(0, ...Array.from(text.matchAll(/#+/g), ([hashes]) => hashes.length));
  const hashes = '#'.repeat(longest + 1);
  return `r${hashes}"${text}"${hashes}`;
}
