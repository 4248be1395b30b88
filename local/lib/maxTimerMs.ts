/** The longest delay of a timer in JavaScript, in ms. A longer one fires at once. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1;
