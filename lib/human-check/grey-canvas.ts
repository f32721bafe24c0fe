type Point = readonly [x: number, y: number];

/** Ink on paper, one number a pixel: 0 is no ink, 1 is full ink. */
export class GreyCanvas {
  readonly width: number;
  readonly height: number;
  readonly ink: Float32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.ink = new Float32Array(width * height);
  }

  /** Draws a line through points with a round pen and smooth edges. Ink does not add up: the darker value stays. */
  draw(points: readonly Point[], radius: number, strength: number): void {
    for (let index = 1; index < points.length; index += 1)
      this.#segment(points[index - 1] ?? [0, 0], points[index] ?? [0, 0], radius, strength);
  }

  #segment([ax, ay]: Point, [bx, by]: Point, radius: number, strength: number): void {
    const [dx, dy] = [bx - ax, by - ay];
    const length = dx * dx + dy * dy || 1;
    const reach = radius + 1;
    const [left, right] = [
      Math.max(0, Math.floor(Math.min(ax, bx) - reach)),
      Math.min(this.width - 1, Math.ceil(Math.max(ax, bx) + reach)),
    ];
    const [top, bottom] = [
      Math.max(0, Math.floor(Math.min(ay, by) - reach)),
      Math.min(this.height - 1, Math.ceil(Math.max(ay, by) + reach)),
    ];
    for (let y = top; y <= bottom; y += 1) {
      for (let x = left; x <= right; x += 1) {
        const along = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
        const [offX, offY] = [x - ax - along * dx, y - ay - along * dy];
        const distance = Math.sqrt(offX * offX + offY * offY); // Math.hypot takes ten times as long
        const ink = strength * Math.min(1, Math.max(0, radius + 0.5 - distance));
        const place = y * this.width + x;
        if (ink > (this.ink[place] ?? 0)) this.ink[place] = ink;
      }
    }
  }
}
