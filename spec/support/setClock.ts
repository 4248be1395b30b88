const realNow = Date.now;

/** Sets the clock of the machine forward or back, as a spec sees it, until the spec ends. Timers go on as before. */
export function setClockBy(ms: number): void {
  const now = (): number => realNow() + ms;
  if (jasmine.isSpy(Date.now)) {
    (Date.now as jasmine.Spy).and.callFake(now);
  } else {
    spyOn(Date, 'now').and.callFake(now);
  }
}
