import { Activity } from '../../lib/faults/activity.ts';
import type { LiveEvents } from '../../lib/live/api/liveEvents.ts';
import { LiveMonitor, type LivePage, MAX_PAGES } from '../../lib/live/liveMonitor.ts';

/** A page that notes what it gets. */
class NotingPage implements LivePage {
  readonly names: (keyof LiveEvents)[] = [];
  isThere = true;

  onEvent(name: keyof LiveEvents): boolean {
    this.names.push(name);
    return this.isThere;
  }

  close(): void {
    this.isThere = false;
  }
}

describe('LiveMonitor', () => {
  let monitor: LiveMonitor;

  beforeEach(() => {
    const activity = new Activity();
    monitor = new LiveMonitor();
    monitor.start({
      streams: new Set(),
      counters: () => activity.counters,
      faults: () => [],
      tables: () => [],
    });
  });

  afterEach(() => monitor.close());

  it('has a timer only while a page is open', () => {
    const started = spyOn(globalThis, 'setInterval').and.callThrough();
    const stopped = spyOn(globalThis, 'clearInterval').and.callThrough();
    expect(monitor.isWatched).toBeFalse();
    const leave = [monitor.open(new NotingPage()), monitor.open(new NotingPage())];
    expect([monitor.isWatched, started.calls.count()]).toEqual([true, 1]);
    leave[0]?.();
    leave[0]?.();
    expect([monitor.isWatched, stopped.calls.count()]).toEqual([true, 0]);
    leave[1]?.();
    expect(monitor.isWatched).toBeFalse();
    expect(stopped).toHaveBeenCalledOnceWith(started.calls.first().returnValue);
  });

  it('keeps 200 refusals, rejections and tokens without a page, and no more', () => {
    const token = { type: 'tokenIssued', use: 'zerobus', tables: [], grantType: 'client_credentials' } as const;
    for (let index = 0; index < 205; index++) {
      monitor.report({ ...token, clientId: String(index), userAgent: '', lifetimeMs: 1000 });
      monitor.report({ type: 'callRefused', path: `/a/${index}`, status: 'UNIMPLEMENTED', userAgent: '' });
    }
    expect(monitor.tokens.map(({ id, clientId }) => `${id} ${clientId}`).slice(0, 2)).toEqual(['205 204', '204 203']);
    expect(monitor.tokens[0]?.expiresAtMs).toBe((monitor.tokens[0]?.issuedAtMs ?? 0) + 1000);
    expect(monitor.refusals[0]).toEqual(jasmine.objectContaining({ kind: 'call', subject: '/a/204' }));
    expect([monitor.tokens.length, monitor.refusals.length]).toEqual([200, 200]);
  });

  it('takes a limited number of pages', () => {
    const pages = Array.from({ length: MAX_PAGES }, () => new NotingPage());
    expect(pages.every((page) => monitor.open(page) !== undefined)).toBeTrue();
    expect(monitor.open(new NotingPage())).toBeUndefined();
    monitor.close();
    expect(pages.some(({ isThere }) => isThere)).toBeFalse();
    expect(monitor.isWatched).toBeFalse();
  });

  it('lets go of a page that is gone', () => {
    const page = new NotingPage();
    monitor.open(page);
    page.isThere = false;
    monitor.report({ type: 'callRefused', path: '/a', status: 'UNIMPLEMENTED', userAgent: '' });
    expect(page.names.at(-1)).toBe('refusal');
    expect(monitor.isWatched).toBeFalse();
  });

  it('lists streams that have ended with an error, acknowledged rows that were set aside, and nothing of the page', () => {
    const closed = {
      type: 'streamClosed',
      streamId: 's',
      tableName: 'm.i.t',
      recordType: 'JSON',
      userAgent: 'u',
    } as const;
    const request = { type: 'requestRefused', method: 'GET', httpStatus: 401, reason: 'r', userAgent: '' } as const;
    monitor.report({ ...closed, status: 'OK', reason: '', durationMs: 1 });
    monitor.report({ ...closed, status: 'CANCELLED', reason: 'It is gone.', durationMs: 1 });
    monitor.report({ type: 'rowsRejected', tableName: 'm.i.t', rows: 2 });
    for (const path of ['/', '/page/main.js', '/api/local/overview', '/api/local/alter']) {
      monitor.report({ ...request, path });
    }
    const atMs = jasmine.any(Number);
    expect(monitor.refusals as unknown[]).toEqual([
      { atMs, kind: 'request', subject: 'GET /api/local/alter', status: '401', reason: 'r', userAgent: '' },
      {
        atMs,
        kind: 'rows',
        subject: 'm.i.t',
        status: '',
        reason: jasmine.stringMatching(/^2 acknowledged rows can't be written/),
        userAgent: '',
      },
      { atMs, kind: 'streamEnd', subject: 'm.i.t', status: 'CANCELLED', reason: 'It is gone.', userAgent: 'u' },
    ]);
  });
});
