import { bootstrapApplication } from '@angular/platform-browser';
import { App } from './app/app.ts';
import { appConfig } from './app/appConfig.ts';

bootstrapApplication(App, appConfig).catch((error) => console.error(error));
