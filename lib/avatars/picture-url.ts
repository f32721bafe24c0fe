import type { Settings } from '#lib/settings/catalogue.ts';

/** Where a picture can be opened: an absolute URL under `PUBLIC_URL`, or under the origin the request came to where that is empty. */
export function pictureUrl(settings: Pick<Settings, 'PUBLIC_URL' | 'API_PREFIX'>, origin: string, name: string): string {
  return `${settings.PUBLIC_URL || origin}${settings.API_PREFIX}/media/image/${name}`;
}
