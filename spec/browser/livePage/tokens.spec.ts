import { livePageSpecs } from './support/livePageSpecs.ts';
import { readings, streamRecords } from './support/traffic.ts';

describe('the tokens of the live page', () => {
  const world = livePageSpecs();

  it('appear with what is left of their lives, and never themselves', async () => {
    const page = await world.open('tokens');
    await page.getByText('No token is needed').waitFor();

    const stream = streamRecords(world.server, 'main.iot.readings', readings(1000), 'a-sensor');
    const row = page.locator('tbody tr', { hasText: 'a-sensor' });
    await row.first().waitFor();
    const life = (await row.first().locator('td').last().textContent()) ?? '';
    expect(life.trim()).toMatch(/^(59 min \d\d s|1 h 00 min)$/);
    await row.first().locator('td:last-child').filter({ hasNotText: life.trim() }).waitFor();
    stream.unsubscribe();

    expect(await row.first().textContent()).toContain('a-client');
    expect(await page.content()).not.toMatch(/eyJ[\w-]{20}/);

    await page.clock.setFixedTime(Date.now() + 2 * 3_600_000);
    await page.locator('tbody tr.faded', { hasText: 'expired' }).first().waitFor();
    await page.getByText('0 valid').waitFor();
  });
});
