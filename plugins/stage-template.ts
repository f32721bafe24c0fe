import type { Settings } from '#lib/settings/catalogue.ts';
import { tuneAuthorizer } from './authorizer.ts';
import type { Resources } from './framework.ts';

import { grantSecrets } from './secret-grants.ts';
import { grantSending } from './sender-grants.ts';

/**
 * What the settings of a stage change in a compiled template, beside the environment: what is packaged once can so be tried with any
 * settings.
 */
export function shapeTemplate(resources: Resources, settings: Settings): void {
  tuneAuthorizer(resources, settings);
  grantSecrets(resources, settings);
  grantSending(resources, settings);
}
