import { filter, firstValueFrom, ReplaySubject, Subject } from 'rxjs';
import type { ZerobusEvent } from '../../../lib/stream/zerobusEvent.ts';
import { toZerobus } from '../../../operators/toZerobus.ts';
import { livePageSpecs } from './support/livePageSpecs.ts';
import { connectionTo } from './support/traffic.ts';

const TABLE = 'main.iot.readings';

describe('faults on the live page', () => {
  const world = livePageSpecs();
  afterEach(() => world.server?.faults.clear());

  /** A client that sends what is given to `records`. */
  function openStream(): { records: Subject<object>; durable: ReplaySubject<number>; next: NextEvent; close(): void } {
    const records = new Subject<object>();
    const durable = new ReplaySubject<number>();
    const events = new ReplaySubject<ZerobusEvent>();
    const subscription = records.pipe(toZerobus(TABLE, { ...connectionTo(world.server), events })).subscribe(durable);
    return {
      records,
      durable,
      next: (kind) => firstValueFrom(events.pipe(filter((event) => event.kind === kind))),
      close: () => subscription.unsubscribe(),
    };
  }

  it('show the call in code as one types, and the one that was injected', async () => {
    const page = await world.open('faults');
    const form = page.getByRole('form', { name: 'Delay acks' });
    await form.getByLabel('delayMs').fill('250');
    await form.getByLabel('times').fill('3');
    await form.getByLabel('table').selectOption(TABLE);
    const code = `zerobus.faults.delayAcks({ delayMs: 250, times: 3, table: '${TABLE}' })`;
    expect(await form.getByRole('region', { name: 'The call' }).textContent()).toBe(code);

    await form.getByRole('button', { name: 'Delay acks' }).click();
    const row = page.getByRole('row').filter({ hasText: code });
    await row.waitFor();
    expect(await row.locator('td').nth(1).textContent()).toBe('3');
    await form.getByText('in force', { exact: true }).waitFor();
    await row.getByRole('button', { name: `Clear ${code}` }).click();
    await page.getByText('No fault is in force.').waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('In force');
  });

  it('show what a program has injected, how often it still happens, and clear all of it', async () => {
    const page = await world.open('faults');
    await page.getByText('No fault is in force.').waitFor();
    world.server.faults.dropAcks({ table: 'main.shop.order_events' });
    world.server.faults.delayAcks({ delayMs: 1, times: 2, table: TABLE });
    const row = page.getByRole('row').filter({ hasText: 'delayAcks' });
    await row.filter({ hasText: '2' }).waitFor();
    const stream = openStream();
    stream.records.next({ device: 'a', temperature: 1 });
    await firstValueFrom(stream.durable);
    await expectAsync(row.locator('td').nth(1).filter({ hasText: /^1$/ }).waitFor()).toBeResolved();
    await page.getByRole('button', { name: 'Clear all' }).click();
    await page.getByText('No fault is in force.').waitFor();
    stream.close();
  });

  it('cut a stream, whose client sends again what was not durable', async () => {
    const page = await world.open('faults');
    const drop = page.getByRole('form', { name: 'Drop acks' });
    await drop.getByLabel('times').fill('1');
    await drop.getByRole('button', { name: 'Drop acks' }).click();
    await drop.getByText('It is in force.').waitFor();
    const stream = openStream();
    stream.records.next({ device: 'cut', temperature: 1 });
    await page.getByText('No fault is in force.').waitFor();
    const cut = page.getByRole('form', { name: 'Cut connections' });
    await cut.getByRole('button', { name: 'Cut connections' }).click();
    await cut.getByText('1 stream was cut.').waitFor();

    expect(await stream.next('replayed')).toEqual(jasmine.objectContaining({ records: 1 }));
    expect(await firstValueFrom(stream.durable)).toBe(0);
    stream.close();
  });

  it('ask for what a parameter lacks', async () => {
    const page = await world.open('faults');
    const form = page.getByRole('form', { name: 'Fail token requests' });
    const status = form.getByLabel('httpStatus');
    const complaint = `document.getElementById('fault-failTokenRequests-httpStatus').validationMessage`;
    await status.fill('');
    await form.getByRole('button', { name: 'Fail token requests' }).click();
    expect(await page.evaluate(complaint)).toMatch(/\w/);
    await status.fill('200');
    await form.getByRole('button', { name: 'Fail token requests' }).click();
    expect(await page.evaluate(complaint)).toMatch(/\w/);
    expect(await page.getByText('No fault is in force.').count()).toBe(1);
  });
});

type NextEvent = (kind: ZerobusEvent['kind']) => Promise<ZerobusEvent>;
