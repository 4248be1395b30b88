import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

describe('npm run example angular', () => {
  const start = (...args: readonly string[]) =>
    spawn(process.execPath, [`${root}build/examples/angular/main.js`, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });

  it('presses pads in a browser and prints their rows with --check', async () => {
    const child = start('--check');
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(output.match(/(?<=: )(view|click|error) .*/g)).toEqual([
      'view /',
      'click / Oak',
      'click / Elm',
      'click / Oak',
      'error / Error: This error is thrown on purpose.',
      'view /journal',
    ]);
  });

  it('serves the page until SIGINT, and leaves no process', async () => {
    const child = start('--port', '0');
    const closed = once(child, 'close');
    const output = await new Promise<string>((resolve) => {
      let text = '';
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (text.includes('Ctrl-C')) {
          resolve(text);
        }
      });
    });
    const [, pid = '', url = ''] = /process (\d+)\n.* (http:\S+)\n/.exec(output) ?? [];
    const page = await fetch(url);
    expect(await page.text()).toContain('<app-root>');
    expect(page.headers.get('set-cookie')).toContain('HttpOnly; SameSite=Strict');
    expect((await fetch(`${url}/journal`)).status).toBe(200);
    expect((await fetch(`${url}/..%2fpackage.json`)).status).toBe(404);
    child.kill('SIGINT');
    expect(await closed).toEqual([0, null]);
    expect(() => process.kill(Number(pid), 0)).toThrowError(/ESRCH/);
  });
});

describe('The bundle of the Angular application', () => {
  interface Stats {
    readonly outputs: Readonly<Record<string, { readonly inputs: Readonly<Record<string, Input>> }>>;
  }
  interface Input {
    readonly bytesInOutput: number;
  }
  const inputs = (): readonly (readonly [string, Input])[] => {
    const stats = JSON.parse(readFileSync(`${root}examples/angular/dist/browser-stats.json`, 'utf8')) as Stats;
    return Object.values(stats.outputs).flatMap((output) => Object.entries(output.inputs));
  };

  it('has one rxjs, the one of Angular', () => {
    const folders = inputs().flatMap(([path]) => /^.*node_modules\/rxjs\/dist\/\w+\//.exec(path) ?? []);
    expect([...new Set(folders)]).toEqual(['node_modules/rxjs/dist/esm/']);
  });

  it('has at most 30 kB of rxjs-zerobus, all of it from the entry for browsers', () => {
    const own = inputs().filter(([path]) => path.startsWith('../'));
    expect(own.filter(([path]) => !/^\.\.\/\.\.\/dist\/[\w-]+\.js$/.test(path))).toEqual([]);
    const bytes = own.reduce((sum, [, { bytesInOutput }]) => sum + bytesInOutput, 0);
    console.log(`rxjs-zerobus/browser adds ${bytes} bytes to the Angular application.`);
    expect(bytes).toBeGreaterThan(5000);
    expect(bytes).toBeLessThan(30_000);
  });
});
