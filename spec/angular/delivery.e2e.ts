import type { Route } from 'playwright-core';
import { angularWorld, numbers, numbersOfVisits, press, type Row, shows } from './angularWorld.ts';

describe('The events of the Angular application', () => {
  const world = angularWorld();
  const clicks = (rows: readonly Row[]): readonly Row[] => rows.filter(({ kind }) => kind === 'click');
  /** The events of each visit, without the last one, which is tracked while the page is closed. */
  const stayed = (rows: readonly Row[]): readonly Row[] => rows.filter(({ kind }) => kind !== 'leave');

  /** Has the next request reach the gateway, and its answer lost. Resolves when it is. */
  function loseNextAnswer(): Promise<void> {
    return new Promise((resolve, reject) => {
      const lose = async (route: Route): Promise<void> => {
        await route.fetch();
        await route.abort('connectionreset');
        resolve();
      };
      world.context.route('**/events', (route) => lose(route).catch(reject), { times: 1 }).catch(reject);
    });
  }

  it('are rows: each page of the router, each click, and an uncaught error', async () => {
    const page = await world.open();
    await press(page, 3);
    await page.getByText('Throw an error').click();
    await page.getByRole('link', { name: 'Journal' }).click();
    await shows(page, 'Durable', 6);
    const rows = await world.rows();
    expect(rows.map(({ kind, page, detail }) => [kind, page, detail])).toEqual([
      ['view', '/', null],
      ['click', '/', 'Oak'],
      ['click', '/', 'Ash'],
      ['click', '/', 'Elm'],
      ['error', '/', 'Error: This error is thrown on purpose.'],
      ['view', '/journal', null],
    ]);
    expect(numbersOfVisits(rows)).toEqual([numbers(6)]);
  });

  it('wait in the browser while it is offline', async () => {
    const page = await world.open();
    await shows(page, 'Durable', 1);
    await world.context.setOffline(true);
    await press(page, 10);
    await page.getByText('10 events wait in this browser until it is online.').waitFor();
    await shows(page, 'Stored', 11);
    expect(clicks(await world.rows())).toHaveSize(0);
    await world.context.setOffline(false);
    await shows(page, 'Durable', 11);
    expect(numbersOfVisits(await world.rows())).toEqual([numbers(11)]);
  });

  it('outlive a reload, each once although the answer was lost', async () => {
    const page = await world.open();
    await shows(page, 'Durable', 1);
    const lost = loseNextAnswer();
    await press(page, 1);
    await lost;
    await press(page, 10);
    await page.reload();
    await press(page, 5);
    await shows(page, 'Durable', 6);
    const rows = await world.rows();
    expect(numbersOfVisits(stayed(rows))).toEqual([numbers(12), numbers(6)]);
    expect(clicks(rows)).toHaveSize(16);
  });

  it('outlive a tab that is closed while they are on their way', async () => {
    const page = await world.open();
    await press(page, 10);
    await page.getByText('Track 100 at once').click();
    const closed = page.waitForEvent('close');
    await page.close({ runBeforeUnload: true });
    await closed;
    const next = await world.open();
    await shows(next, 'Durable', 1);
    const rows = await world.rows();
    expect(numbersOfVisits(stayed(rows))).toEqual([numbers(111), [0]]);
    expect(rows.filter(({ kind }) => kind === 'leave').map(({ number }) => number)).toEqual([111]);
  });

  it('of two tabs are sent by one, and by the other once that is closed', async () => {
    const first = await world.open();
    await first.getByText('Sends for all tabs').waitFor();
    const second = await world.open();
    await press(second, 10);
    await shows(second, 'Durable', 11);
    await second.getByText('Another tab sends').waitFor();
    await first.bringToFront();
    await press(first, 10);
    const closed = first.waitForEvent('close');
    await first.close({ runBeforeUnload: true });
    await closed;
    await second.getByText('Sends for all tabs').waitFor();
    await press(second, 10);
    await shows(second, 'Durable', 21);
    const rows = await world.rows();
    expect(numbersOfVisits(stayed(rows))).toEqual([numbers(11), numbers(21)]);
    expect(new Set(rows.map(({ client }) => client)).size).toBe(1);
  });

  it('outlive a gateway that is killed, each once although its answers were lost', async () => {
    const page = await world.open();
    await shows(page, 'Durable', 1);
    const lost = loseNextAnswer();
    await press(page, 1);
    await lost;
    const restarted = world.site.killServer();
    await press(page, 10);
    await restarted;
    await press(page, 10);
    await page.getByText('Track 100 at once').click();
    await world.site.killServer();
    await shows(page, 'Durable', 122);
    const rows = await world.rows();
    expect(numbersOfVisits(rows)).toEqual([numbers(122)]);
    expect(clicks(rows)).toHaveSize(21);
  });

  it('are sent from memory by a browser that stores nothing', async () => {
    await world.context.addInitScript('Object.defineProperty(window, "indexedDB", { value: undefined })');
    const page = await world.open();
    await page.getByText('This browser stores nothing').waitFor();
    await press(page, 5);
    await shows(page, 'Durable', 6);
    expect(numbersOfVisits(await world.rows())).toEqual([numbers(6)]);
  });

  it('wait until the stream is begun again if the gateway does not understand the page', async () => {
    const refuse = (route: Route): Promise<void> =>
      route.fulfill({ status: 400, json: { code: 'INVALID_ARGUMENT', message: 'As the spec says.' } });
    await world.context.route('**/events', refuse);
    const page = await world.open();
    await page.getByText('Nothing is sent (INVALID_ARGUMENT)').waitFor();
    await press(page, 5);
    await world.context.unroute('**/events', refuse);
    await page.getByRole('button', { name: 'Try again' }).click();
    await shows(page, 'Durable', 5);
    expect(numbersOfVisits(await world.rows())).toEqual([numbers(6)]);
  });

  it('need the session that the page has', async () => {
    const body = `{"version":1,"client":"${crypto.randomUUID()}","kept":1}\n[1,{}]`;
    const answers = await Promise.all(
      [{}, { cookie: 'session=someone.forged' }].map((headers) =>
        fetch(`${world.site.address}/events`, { method: 'POST', body, headers }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([401, 401]);
  });
});
