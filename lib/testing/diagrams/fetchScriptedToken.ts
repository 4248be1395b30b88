import { Observable } from 'rxjs';
import type { FetchToken, TokenResponse } from '../../auth/fetchToken.ts';
import { ZerobusError } from '../../errors/zerobusError.ts';
import type { FrameEnds } from './frameEnds.ts';
import type { Interval } from './interval.ts';
import type { TimedAct } from './parseScript.ts';
import type { TokenAct } from './serviceAct.ts';

const LIFETIME_MS = 3_600_000;

/**
 * Creates the fetch of tokens that diagrams script.
 *
 * @param script the answer to each request in turn; the last one repeats
 * @param requests receives the interval of each request
 */
export function fetchScriptedToken(
  script: readonly (readonly TimedAct<TokenAct | 'token'>[])[],
  requests: Interval[],
  frameEnds: FrameEnds,
): FetchToken {
  return () =>
    new Observable<TokenResponse>((subscriber) => {
      const number = requests.length;
      const request: Interval = { subscribedFrame: frameEnds.frame, unsubscribedFrame: Number.POSITIVE_INFINITY };
      requests.push(request);
      subscriber.add(() => {
        request.unsubscribedFrame = frameEnds.frame;
      });
      for (const { frame, act } of script[number] ?? script.at(-1) ?? []) {
        frameEnds.at(frameEnds.frame + frame, 'answer', () => {
          if (act instanceof ZerobusError) {
            subscriber.error(act);
          } else {
            subscriber.next(act === 'token' ? { accessToken: `token-${number}`, expiresInMs: LIFETIME_MS } : act);
          }
        });
      }
    });
}
