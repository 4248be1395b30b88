import type { ApplicationConfig } from '@angular/core';
import { provideRouter, type Routes } from '@angular/router';
import { provideZerobusEvents } from '../events/provideZerobusEvents.ts';
import { JournalPage } from './journalPage.ts';
import { PadsPage } from './padsPage.ts';

const routes: Routes = [
  { path: '', component: PadsPage, title: 'Pads' },
  { path: 'journal', component: JournalPage, title: 'Journal' },
  { path: '**', redirectTo: '' },
];

/** What the application is made of. Angular needs no zone.js: signals say what has changed. */
export const appConfig: ApplicationConfig = {
  providers: [
    provideRouter(routes),
    provideZerobusEvents({
      url: '/events',
      // Rather lose the oldest events than the page, and rather send from memory than not at all.
      overflow: 'dropOldest',
      fallback: 'memory',
      recoveryBackoffMs: 500,
      recoveryBackoffMaxMs: 5000,
    }),
  ],
};
