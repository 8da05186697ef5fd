/** Where the parts of an overlap lie in a drawing of two or three circles. Pure. */

export interface Part {
  segments: readonly string[];
  count: number;
}

export interface Circle {
  x: number;
  y: number;
  r: number;
}

export interface Region {
  /** The segments whose members all of these are, and of no other. */
  segments: readonly string[];
  count: number;
  x: number;
  y: number;
}

export const WIDTH = 420;
export const HEIGHT = 320;
const R = 100;
const MIDDLE = { x: WIDTH / 2, y: HEIGHT / 2 };

/** Circles of one size: the numbers tell how many, and a drawing to scale would hide the small parts. */
export function circles(count: number): Circle[] {
  if (count === 2) return [-1, 1].map((side) => ({ x: MIDDLE.x + side * R * 0.62, y: MIDDLE.y, r: R * 1.15 }));
  return [-90, 150, 30].map((degrees) => {
    const angle = (degrees * Math.PI) / 180;
    return { x: MIDDLE.x + Math.cos(angle) * R * 0.62, y: MIDDLE.y + 12 + Math.sin(angle) * R * 0.62, r: R };
  });
}

/** Every part that the circles have, also those with nobody, each with the place of its number. */
export function regions(segments: readonly string[], parts: readonly Part[]): Region[] {
  const drawn = circles(segments.length);
  const centre = { x: mean(drawn.map(({ x }) => x)), y: mean(drawn.map(({ y }) => y)) };
  return Array.from({ length: 2 ** segments.length - 1 }, (_, index) => {
    const inside = segments.filter((_, place) => (index + 1) & (1 << place));
    const at = drawn.filter((_, place) => (index + 1) & (1 << place));
    const x = mean(at.map((circle) => circle.x));
    const y = mean(at.map((circle) => circle.y));
    // Away from the middle by as much as the part is not shared.
    const away = inside.length === segments.length ? 0 : inside.length === 1 ? 0.75 : 1.05;
    const found = parts.find(
      (part) => part.segments.length === inside.length && part.segments.every((id) => inside.includes(id)),
    );
    return {
      segments: inside,
      count: found?.count ?? 0,
      x: x + (x - centre.x) * away,
      y: y + (y - centre.y) * away,
    };
  });
}

/** How many are in each segment, of the parts. */
export function sizeOf(segment: string, parts: readonly Part[]): number {
  return parts.filter(({ segments }) => segments.includes(segment)).reduce((sum, { count }) => sum + count, 0);
}

const mean = (numbers: readonly number[]) => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
