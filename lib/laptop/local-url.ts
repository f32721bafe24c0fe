import type { Settings } from '#lib/settings/catalogue.ts';

/**
 * The URL of the service as the client writes it, without a slash at the end. Call `refuseOtherMachines` first, which
 * checks the host.
 */
export function localUrl(header: (name: string) => string | undefined, { API_PREFIX }: Pick<Settings, 'API_PREFIX'>): string {
  return `http://${header('host')}${API_PREFIX}`;
}
