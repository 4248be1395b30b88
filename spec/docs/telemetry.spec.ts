import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { startZerobusLocal, type ZerobusLocal } from 'zerobus-local';
import { freePort } from '../support/freePort.ts';
import { codeBlocks, codeNames, sections, tableRows } from '../support/markdown.ts';
import { startOtlpReceiver } from '../support/otlpReceiver.ts';

const TABLE = 'main.iot.readings';

describe('docs/telemetry.md', () => {
  const text = readFileSync('docs/telemetry.md', 'utf8');
  const sectionOf = (title: string): string => sections(text).find((each) => each.title === title)?.text ?? '';
  let server: ZerobusLocal;

  beforeAll(async () => {
    server = await startZerobusLocal({ tables: [`CREATE TABLE ${TABLE} (device STRING, temp INT NOT NULL)`] });
  });
  afterAll(() => server.close());

  /** Writes the program of a section, within the package, so that its imports find the build. */
  function programOf(title: string, change: (code: string) => string = (code) => code): string {
    const code = codeBlocks(sectionOf(title)).find(({ info }) => info === 'js')?.code ?? '';
    mkdirSync('build/spec/docs', { recursive: true });
    const path = `build/spec/docs/${title.replaceAll(' ', '')}.mjs`;
    writeFileSync(path, change(code));
    return path;
  }

  const environment = (): NodeJS.ProcessEnv => ({
    ...process.env,
    ZEROBUS_ENDPOINT: server.endpoint,
    DATABRICKS_HOST: server.workspaceUrl,
    DATABRICKS_CLIENT_ID: 'me',
    DATABRICKS_CLIENT_SECRET: 'secret',
  });

  it('has a setup for a collector that runs as it stands, and lists the metrics that arrive', async () => {
    await using receiver = await startOtlpReceiver();
    const { origin } = new URL(receiver.metricsUrl);
    await promisify(execFile)(process.execPath, [programOf('With a collector')], {
      env: { ...environment(), OTEL_EXPORTER_OTLP_ENDPOINT: origin },
      timeout: 30_000,
    });
    expect(receiver.metrics.get('messaging.client.sent.messages')?.points.map(({ value }) => value)).toEqual([1000]);
    expect(new Set(receiver.spans.map(({ name }) => name))).toEqual(new Set([`send ${TABLE}`]));
    const documented = tableRows(sectionOf('Metrics'))
      .filter(([name = '']) => /^`(messaging\.client|zerobus)\./.test(name))
      .map(([name = '', kind = '', unit = '']) => [name.replaceAll('`', ''), kind.includes('histogram'), unit]);
    const received = [...receiver.metrics].map(([name, { kind, unit }]) => [name, kind === 'histogram', `\`${unit}\``]);
    expect(documented.sort()).toEqual(received.sort());
  }, 60_000);

  it('has a setup for Prometheus that runs as it stands', async () => {
    const port = String(await freePort());
    const program = programOf('With Prometheus', (code) => code.replaceAll('9464', port));
    const child = spawn(process.execPath, [program], { env: environment(), stdio: ['ignore', 'pipe', 'inherit'] });
    const closed = once(child, 'close');
    try {
      const [line] = await once(createInterface({ input: child.stdout }), 'line');
      const answer = await fetch(String(line).replace(/^.* see /, ''));
      const metrics = await answer.text();
      for (const name of codeNames(sectionOf('With Prometheus')).filter((each) => each.includes('_client_'))) {
        expect(metrics).withContext(name).toContain(`\n${name}{`);
      }
      expect(metrics).toMatch(
        /\nmessaging_client_sent_messages_total\{[^}]*destination_name="main\.iot\.readings"[^}]*\} [1-9]\d*\n/,
      );
    } finally {
      child.kill();
      await closed;
    }
  }, 60_000);

  it('lists the kinds of messages that the types have', () => {
    for (const name of ['stream', 'connection', 'batch', 'token']) {
      const source = readFileSync(`lib/telemetry/${name}Channel.ts`, 'utf8');
      const kinds = [...source.matchAll(/readonly kind: '(\w+)'/g)].map(([, kind]) => kind);
      const listed = tableRows(sectionOf(`\`rxjs-zerobus:${name}\``)).map(([kind = '']) => codeNames(kind)[0]);
      expect(listed.sort())
        .withContext(name)
        .toEqual([...new Set(kinds)].sort());
    }
  });
});
