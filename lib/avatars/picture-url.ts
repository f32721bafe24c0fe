import type { Settings } from '#lib/settings/catalogue.ts';

/** The absolute URL of a picture, under `PUBLIC_URL` or, if that is empty, the origin of the request. */
export function pictureUrl(settings: Pick<Settings, 'PUBLIC_URL' | 'API_PREFIX'>, origin: string, name: string): string {
  return `${settings.PUBLIC_URL || origin}${settings.API_PREFIX}/media/image/${name}`;
}
