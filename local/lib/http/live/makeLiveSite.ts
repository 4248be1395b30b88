import type { HttpContext } from '../httpContext.ts';
import type { LiveSite } from '../liveSite.ts';
import { guardLive, wantsPage } from './guardLive.ts';
import { liveRoutes } from './liveRoutes.ts';
import { answerPageFile } from './pageFiles.ts';

/** Makes the live page of a server. */
export function makeLiveSite(context: HttpContext): LiveSite {
  return {
    guard: guardLive(context),
    routes: liveRoutes(context),
    answerPage: (request) => (wantsPage(request) ? answerPageFile(request, 'index.html') : undefined),
    answerFile: answerPageFile,
  };
}
