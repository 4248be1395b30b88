#!/usr/bin/env node
import process from 'node:process';
import { runCommand } from './runCommand.ts';

const context = {
  env: process.env,
  get stdin() {
    return process.stdin;
  },
  stderr: process.stderr,
  print: (line: string) => process.stdout.write(`${line}\n`),
  printError: (line: string) => process.stderr.write(`${line}\n`),
};

// A reader that goes away, as `head` does, ends neither the work nor its exit code.
for (const output of [process.stdout, process.stderr]) {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      throw error;
    }
  });
}

// Setting the exit code, unlike process.exit(), lets pending writes to a pipe finish.
runCommand(process.argv.slice(2), context).then((exitCode) => {
  process.exitCode = exitCode;
});
