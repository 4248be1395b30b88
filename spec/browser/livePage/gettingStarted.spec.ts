import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { livePageSpecs } from './support/livePageSpecs.ts';

describe('Getting started on the live page', () => {
  const world = livePageSpecs({ tables: [] });

  it('leads from a table to a client and to its rows', async () => {
    const page = await world.open('start');
    const box = page.getByLabel('CREATE TABLE statement');
    const create = page.getByRole('button', { name: 'Create the table' });
    await page.getByRole('heading', { name: 'main.iot.readings' }).waitFor();
    await box.fill('CREATE TABLE main.new.events (id BIGINT NOT NULL, name TEX)');
    await page.getByText(/TEX/).filter({ hasNotText: 'CREATE' }).first().waitFor();
    expect(await box.getAttribute('aria-invalid')).toBe('true');
    expect(await create.isDisabled()).toBeTrue();

    await box.fill("CREATE TABLE main.new.events (id BIGINT NOT NULL COMMENT '<b>the key</b>', name STRING)");
    await page.getByText('<b>the key</b>').waitFor();
    await page.locator('#ddl[aria-invalid=false]').waitFor();
    await create.click();
    await page.getByText('The table main.new.events is created.').waitFor();
    await page.getByText('Waiting for your first stream into main.new.events').waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Point a client at it');

    const code = (await page.getByRole('region', { name: 'The program' }).textContent()) ?? '';
    expect(code).toContain('main.new.events');
    const running = run(code);
    await page.getByText('Rows arrive', { exact: true }).waitFor();
    expect(await running).toBe(0);
    await world.server.flush();
    await page.getByRole('link', { name: 'Watch the rows' }).click();
    await page.getByRole('heading', { name: 'main.new.events' }).waitFor();
    await page.getByRole('gridcell').first().waitFor();
    expect(await page.getByRole('columnheader').allTextContents()).toEqual(['id', 'name']);
  });

  it('has the lines for each language, by keys', async () => {
    const page = await world.open('start');
    const box = page.getByLabel('CREATE TABLE statement');
    await box.fill('CREATE TABLE main.other.events (id BIGINT)');
    await page.getByRole('heading', { name: 'main.other.events' }).waitFor();
    await box.press('Control+Enter');
    await page.getByText('The table main.other.events is created.').waitFor();
    expect(await page.locator('#start-table').inputValue()).toBe('main.other.events');
    const tabs = page.getByRole('tab');
    await tabs.first().waitFor();
    const titles = await tabs.allTextContents();
    expect(titles.map((title) => title.trim())).toEqual(['TypeScript', 'Python', 'Rust', 'Go', 'Java']);
    await tabs.first().focus();
    for (const title of titles.slice(1)) {
      await page.keyboard.press('ArrowRight');
      await page.getByRole('tab', { name: title.trim(), selected: true }).waitFor();
      expect(await page.getByRole('region', { name: 'The program' }).textContent()).toContain('main.other.events');
    }
  });
});

/** Runs a program in a folder with this package. @returns its exit code */
async function run(code: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'rxjs-zerobus-'));
  try {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(resolve('.'), join(folder, 'node_modules', 'rxjs-zerobus'), 'dir');
    symlinkSync(resolve('node_modules/rxjs'), join(folder, 'node_modules', 'rxjs'), 'dir');
    writeFileSync(join(folder, 'client.mjs'), code);
    const child = spawn(process.execPath, ['client.mjs'], { cwd: folder, stdio: 'inherit' });
    const [exitCode] = await once(child, 'exit');
    return exitCode as number;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
