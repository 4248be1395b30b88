// How the specs of the Angular application run: run.mjs starts them.

import config from '../jasmine.mjs';

// A browser, two servers and a command that is started for each query take longer than a function.
jasmine.DEFAULT_TIMEOUT_INTERVAL = 60_000;

export default { ...config, spec_files: ['build/spec/angular/*.e2e.js'] };
