import type { Delivery } from '../events/delivery.ts';

/** What is to be said of the events of this page, and how it looks. */
export interface DeliveryText {
  readonly tone: 'quiet' | 'good' | 'warning' | 'bad';
  readonly text: string;
}

/** Says in one sentence how far the events are, the worst first. */
export function deliveryText(delivery: Delivery, isOnline: boolean): DeliveryText {
  const { failure, dropped, refused, isMemory, retry, tracked, durable } = delivery;
  const waiting = tracked - durable;
  if (failure !== undefined) {
    return { tone: 'bad', text: `Nothing is sent (${failure.code}): ${failure.message}` };
  }
  if (dropped + refused > 0) {
    return { tone: 'bad', text: `${counted(dropped, 'event')} dropped, ${counted(refused, 'event')} refused.` };
  }
  if (isMemory) {
    return { tone: 'warning', text: 'This browser stores nothing: what is not durable is lost with the page.' };
  }
  if (tracked === 0) {
    return { tone: 'quiet', text: 'Nothing is tracked yet.' };
  }
  if (waiting === 0) {
    return { tone: 'good', text: 'Every event of this page is durable.' };
  }
  if (!isOnline) {
    return { tone: 'warning', text: `${counted(waiting, 'event')} wait in this browser until it is online.` };
  }
  if (retry !== undefined) {
    const { attempt } = retry;
    return { tone: 'warning', text: `${counted(waiting, 'event')} wait: no answer to ${counted(attempt, 'request')}.` };
  }
  return { tone: 'quiet', text: `${counted(waiting, 'event')} on the way.` };
}

function counted(count: number, name: string): string {
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
