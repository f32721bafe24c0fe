import { Problem } from '#lib/problem.ts';

/**
 * Lets only the person at this machine through. Refuses a page of another origin, whether it asks under its own name or under one that it
 * points at this machine (DNS rebinding): a developer's browser is open to any page. Throws `permission_denied`.
 */
export function refuseOtherMachines(header: (name: string) => string | undefined): void {
  const site = header('sec-fetch-site') ?? 'none';
  const isHere = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(header('host') ?? '');
  if (!isHere || header('origin') !== undefined || (site !== 'none' && site !== 'same-origin')) {
    throw new Problem('permission_denied', { reason: 'this is answered to the person at this machine only' });
  }
}
