/** The frames from which and to which something was open, in the form that `expectSubscriptions` of rxjs takes. */
export interface Interval {
  /** The frame of its beginning. */
  readonly subscribedFrame: number;
  /** The frame of its end, or `Infinity`. */
  unsubscribedFrame: number;
}
