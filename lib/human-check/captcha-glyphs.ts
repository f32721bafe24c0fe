/** A line through points; x and y from 0 to 1, y downwards. */
export type Stroke = readonly (readonly [x: number, y: number])[];

/** Letters as strokes of a pen, in hundredths; a slash lifts the pen. They replace a font, because Lambda has none. */
const drawn = {
  3: '5,8 31,1 40,0 48,0 57,2 64,5 71,10 75,15 78,21 78,27 76,33 72,39 66,43 59,47 51,49 42,50 30,50 / 42,50 44,48 56,49 68,53 77,58 83,65 86,72 85,80 80,87 72,93 62,98 50,100 37,100 25,97 15,93 7,87',
  7: '0,0 90,0 34,100 / 30,52 82,52',
  A: '0,100 50,0 100,100 / 20,64 80,64',
  C: '97,18 83,7 65,1 46,1 28,7 13,18 3,33 0,50 3,67 13,82 28,93 46,99 65,99 83,93 97,82',
  E: '0,0 0,100 / 0,0 85,0 / 0,48 70,48 / 0,100 85,100',
  M: '0,100 6,0 50,62 94,0 100,100',
  P: '0,0 0,100 / 0,0 55,0 58,0 66,1 74,3 81,6 87,10 91,15 94,21 95,27 94,33 91,39 87,44 81,48 74,51 66,53 58,54 0,54',
  T: '0,0 100,0 / 50,0 50,100',
  U: '0,0 0,60 0,60 1,69 4,77 10,85 17,91 25,96 34,99 44,100 54,99 63,96 71,91 78,85 84,77 87,69 88,60 88,0',
  W: '0,0 24,100 50,30 76,100 100,0',
  X: '0,0 92,100 / 92,0 0,100',
} as const;

const strokes = (line: string): Stroke[] =>
  line.split(' / ').map((stroke) =>
    stroke.split(' ').map((point) => {
      const [x = 0, y = 0] = point.split(',').map(Number);
      return [x / 100, y / 100] as const;
    }),
  );

/** The strokes of each letter. */
export const glyphs: ReadonlyMap<string, readonly Stroke[]> = new Map(
  Object.entries(drawn).map(([letter, line]) => [letter, strokes(line)]),
);
