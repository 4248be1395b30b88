import { inject } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router } from '@angular/router';
import { filter } from 'rxjs';
import { ZerobusEvents } from './zerobusEvents.ts';

/** Tracks each page that the router shows, without its query, which may hold what is private. */
export function trackNavigation(): void {
  const events = inject(ZerobusEvents);
  inject(Router)
    .events.pipe(
      filter((event) => event instanceof NavigationEnd),
      takeUntilDestroyed(),
    )
    .subscribe(({ urlAfterRedirects }) =>
      events.track({ kind: 'view', page: urlAfterRedirects.replace(/[?#].*$/, '') }),
    );
}
