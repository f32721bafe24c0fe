/** A random number between the two. */
export type Between = (least: number, most: number) => number;

/**
 * Patches of dark and light paper, about as wide as a letter: 1 is dark, 0 is light, and borders are smooth. The paper is
 * dark if the sum of three waves of random direction and length is positive.
 */
export function patches(between: Between): (x: number, y: number) => number {
  const waves = Array.from({ length: 3 }, () => {
    const [turn, long, from] = [between(0, 7), between(60, 110), between(0, 7)];
    return [(Math.cos(turn) * 2 * Math.PI) / long, (Math.sin(turn) * 2 * Math.PI) / long, from] as const;
  });
  return (x, y) => {
    let sum = 0;
    for (const [right, down, from] of waves) sum += Math.sin(x * right + y * down + from);
    return Math.min(1, Math.max(0, sum * 5 + 0.5));
  };
}
