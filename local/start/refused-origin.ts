/** However many pages of the web ask, a terminal stays readable. */
const most = 100;

/** Tells once of each origin whose page gets no CORS headers, and what to write where. */
export function tellRefusedOrigin(tell: (line: string) => void): (origin: string) => void {
  const told = new Set<string>();
  return (origin) => {
    if (told.has(origin) || told.size >= most) return;
    told.add(origin);
    tell(`A page of ${JSON.stringify(origin)} is refused: to let it in, add it to CORS_ORIGINS of the stage local in stages.yml.`);
  };
}
