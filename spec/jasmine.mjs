// How the specs run: spec/run.mjs hands them over, compiled. CONTRIBUTING.md says how to run some of them.

import process from 'node:process';
import { forgetProcessTokens } from '../build/lib/auth/processTokenCache.js';
import { NoteReporter } from '../build/spec/support/noteReporter.js';
import { tellNotes } from '../build/spec/support/tellNotes.js';

// Servers of specs are on this machine, which a proxy of the environment knows nothing of.
for (const name of Object.keys(process.env)) {
  if (/^(no_)?(grpc|https|http)_proxy$|^no_proxy$/i.test(name)) {
    delete process.env[name];
  }
}
// Stacks point into the TypeScript sources.
process.setSourceMapsEnabled(true);

jasmine.getEnv().clearReporters();
// The next spec may start another server on the same port.
jasmine.getEnv().afterEach(forgetProcessTokens);
// Long enough for a loaded CI machine to start a server; a spec that waits for an event is done long before.
jasmine.DEFAULT_TIMEOUT_INTERVAL = 30_000;

export default {
  spec_dir: '.',
  spec_files: ['build/spec/**/*.spec.js', 'local/build/spec/**/*.spec.js'],
  env: {
    random: true,
    failSpecWithNoExpectations: true,
    forbidDuplicateNames: true,
  },
  reporters: [new NoteReporter(tellNotes())],
};
