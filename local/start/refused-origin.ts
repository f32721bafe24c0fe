import { isExactOrigin } from '#lib/origins.ts';

/** Keeps the terminal readable if many pages ask. */
const most = 100;

/** Names each refused origin once, and the setting that would allow it. */
export function tellRefusedOrigin(tell: (line: string) => void): (origin: string) => void {
  const told = new Set<string>();
  return (origin) => {
    if (told.has(origin) || told.size >= most) return;
    told.add(origin);
    const advice = isExactOrigin(origin) ? ': to let it in, add it to CORS_ORIGINS of the stage local in stages.yml.' : '.';
    tell(`A page of ${JSON.stringify(origin)} is refused${advice}`);
  };
}
