import { Problem } from '#lib/problem.ts';

/**
 * Throws `permission_denied` unless the request comes from the person at this machine. It refuses pages of other
 * origins, also those that point their own name at this machine (DNS rebinding), because a developer's browser may have
 * any page open.
 */
export function refuseOtherMachines(header: (name: string) => string | undefined): void {
  const site = header('sec-fetch-site') ?? 'none';
  const isHere = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(header('host') ?? '');
  if (!isHere || header('origin') !== undefined || (site !== 'none' && site !== 'same-origin')) {
    throw new Problem('permission_denied', { reason: 'this is answered to the person at this machine only' });
  }
}
