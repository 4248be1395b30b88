/**
 * Calls a function once a second while the page is seen.
 *
 * @returns a function that ends this
 */
export function everySecond(onSecond: () => void): () => void {
  let timer: ReturnType<typeof setInterval> | undefined;
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
  };
  const look = (): void => {
    if (document.hidden) {
      stop();
    } else if (timer === undefined) {
      timer = setInterval(onSecond, 1000);
      onSecond();
    }
  };
  document.addEventListener('visibilitychange', look);
  look();
  return () => {
    document.removeEventListener('visibilitychange', look);
    stop();
  };
}
