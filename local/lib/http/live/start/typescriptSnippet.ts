import type { Snippet } from '../../../live/api/snippet.ts';
import { SECRET_VARIABLE, type SnippetTarget } from './snippetTarget.ts';

/** A program for rxjs-zerobus. */
export function typescriptSnippet(target: SnippetTarget): Snippet {
  const { endpoint, workspaceUrl, tableName, record, clientId, clientSecret, caPath } = target;
  const secret = clientSecret === undefined ? `process.env.${SECRET_VARIABLE} ?? ''` : JSON.stringify(clientSecret);
  const code = [
    '// Save it as first.mjs, and run it with: node first.mjs',
    ...(caPath === undefined ? [] : ["import { readFileSync } from 'node:fs';"]),
    "import { lastValueFrom, of } from 'rxjs';",
    "import { toZerobus } from 'rxjs-zerobus';",
    '',
    'const connection = {',
    `  endpoint: ${JSON.stringify(endpoint)},`,
    `  workspaceUrl: ${JSON.stringify(workspaceUrl)},`,
    `  clientId: ${JSON.stringify(clientId)},`,
    `  clientSecret: ${secret},`,
    ...(caPath === undefined ? [] : [`  tls: { ca: readFileSync(${JSON.stringify(caPath)}, 'utf8') },`]),
    '};',
    `const record = ${recordText(record)};`,
    `const offset = await lastValueFrom(of(record).pipe(toZerobus(${JSON.stringify(tableName)}, connection)));`,
    "console.log('durable up to record', offset);",
    '',
  ].join('\n');
  return { title: 'TypeScript', language: 'typescript', install: 'npm install rxjs rxjs-zerobus', code };
}

/** JSON is a literal of JavaScript, but for the property that would set the prototype. */
function recordText(record: SnippetTarget['record']): string {
  return JSON.stringify(record, undefined, 2).replaceAll('"__proto__":', '["__proto__"]:');
}
