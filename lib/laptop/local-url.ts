import type { Settings } from '#lib/settings/catalogue.ts';

/** Where the service is, as whoever asks calls it, without a slash at the end; after `refuseOtherMachines`, which knows the host. */
export function localUrl(header: (name: string) => string | undefined, { API_PREFIX }: Pick<Settings, 'API_PREFIX'>): string {
  return `http://${header('host')}${API_PREFIX}`;
}
