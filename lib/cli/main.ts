#!/usr/bin/env node
import process from 'node:process';
import { runCommand } from './runCommand.ts';

const context = {
  env: process.env,
  print: (line: string) => process.stdout.write(`${line}\n`),
  printError: (line: string) => process.stderr.write(`${line}\n`),
};

// Set rather than exited with: what is still being written to a pipe must get there.
runCommand(process.argv.slice(2), context).then((exitCode) => {
  process.exitCode = exitCode;
});
