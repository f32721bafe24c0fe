import type { Settings } from '#lib/settings/catalogue.ts';
import { tuneAuthorizer } from './authorizer.ts';
import { bareFunctions } from './bare-functions.ts';
import type { Resources } from './framework.ts';
import { grantSecrets } from './secret-grants.ts';
import { grantSending } from './sender-grants.ts';

/**
 * Applies the settings of a stage to a compiled template, except their values in the environment. One package can so be tested with any
 * settings.
 */
export function shapeTemplate(resources: Resources, settings: Settings): void {
  bareFunctions(resources);
  tuneAuthorizer(resources, settings);
  grantSecrets(resources, settings);
  grantSending(resources, settings);
}
