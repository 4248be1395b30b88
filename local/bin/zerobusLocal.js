#!/usr/bin/env node
// npm links a command only if its file is there when it installs, and a fresh clone has no build yet: so this one is committed.
import { existsSync } from 'node:fs';
import process from 'node:process';

const program = new URL('../dist/cli.js', import.meta.url);

if (existsSync(program)) {
  await import(program.href);
} else {
  process.stderr.write(
    'zerobus-local: local/dist/cli.js is not built yet. Run "npm run build" at the top of the checkout first.\n',
  );
  process.exitCode = 1;
}
