// Runs the application with its gateway against zerobus-local, and prints the rows that arrive.
import { parseArgs } from 'node:util';
import { checkInBrowser } from './checkInBrowser.ts';
import { RowPrinter } from './rowPrinter.ts';
import { Site } from './site.ts';

const USAGE = `Usage: npm run example angular -- [options]

  --port NUMBER  the port of the page (default: 4300)
  --check        press some pads in a headless Chromium, print the rows, and end
  --help         print this help
`;

const { values } = parseArgs({
  options: { port: { type: 'string', default: '4300' }, check: { type: 'boolean' }, help: { type: 'boolean' } },
});
const { check = false, help = false } = values;
const port = Number(values.port);
if (help || !Number.isInteger(port) || port < 0 || port > 65_535) {
  process.stdout.write(USAGE);
  process.exit(help ? 0 : 2);
}

const site = await Site.start({
  port: check ? 0 : port,
  onRestart: (how) => console.log(`the server has ended (${how}), and starts again`),
  onStart: (pid) => console.log(`the server is process ${pid}`),
}).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
const printer = new RowPrinter(site);
try {
  console.log(`the page is ${site.address}`);
  if (check) {
    await checkInBrowser(site.address);
    await printer.print();
  } else {
    console.log('Press the pads, go offline, reload, kill the server: each event is a row, once. Ctrl-C ends it.');
    await printer.printUntil(stopped());
  }
} finally {
  await site.close();
}

/** Resolves at the first SIGINT or SIGTERM. */
function stopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve());
    process.once('SIGTERM', () => resolve());
  });
}
