/** What the sample's classes look like: a few simple shapes each, in a square from -1 to 1. */
import { type Random, seededRandom } from "../../cloud/containers/image-classification/random";
import { FINE_NAMES } from "../../../contract/cifar100";

/** No hole. */
export const SOLID = -1;

/** A thick line between two points; a disc is a line without length, a ring has a hole. */
export interface Shape {
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
  /** Distance from the line at which the shape ends. */
  readonly radius: number;
  /** Distance from the line up to which it is empty; {@link SOLID} if it is not. */
  readonly hole: number;
  readonly part: "body" | "wheel";
}

export interface Figure {
  readonly shapes: readonly Shape[];
  /** Hue of the body, 0 to 1, where the class has a colour of its own. */
  readonly hue: number | undefined;
}

function disc(x: number, y: number, radius: number, part: Shape["part"], hole = SOLID): Shape {
  return { from: [x, y], to: [x, y], radius, hole, part };
}

function line(x1: number, y1: number, x2: number, y2: number, radius: number): Shape {
  return { from: [x1, y1], to: [x2, y2], radius, hole: SOLID, part: "body" };
}

const DRAWN: Readonly<Record<string, readonly Shape[]>> = {
  bicycle: [
    disc(-0.58, 0.3, 0.4, "wheel", 0.3),
    disc(0.58, 0.3, 0.4, "wheel", 0.3),
    line(-0.58, 0.3, -0.2, -0.25, 0.06),
    line(-0.58, 0.3, 0.02, 0.3, 0.06),
    line(0.02, 0.3, -0.2, -0.25, 0.06),
    line(0.02, 0.3, 0.42, -0.25, 0.06),
    line(-0.2, -0.25, 0.42, -0.25, 0.06),
    line(0.58, 0.3, 0.36, -0.5, 0.06),
    line(0.36, -0.5, 0.55, -0.55, 0.06),
    line(-0.34, -0.36, -0.1, -0.36, 0.07),
  ],
  motorcycle: [
    disc(-0.58, 0.32, 0.36, "wheel", 0.14),
    disc(0.6, 0.32, 0.36, "wheel", 0.14),
    line(-0.3, 0.12, 0.15, 0.15, 0.22),
    line(-0.65, -0.14, -0.1, -0.12, 0.12),
    line(0, -0.15, 0.25, -0.18, 0.18),
    line(0.6, 0.32, 0.34, -0.42, 0.08),
    line(0.34, -0.42, 0.2, -0.5, 0.06),
  ],
  pickup_truck: [
    line(-0.82, 0.12, 0.8, 0.12, 0.2),
    line(0, -0.2, 0.3, -0.2, 0.24),
    disc(-0.5, 0.36, 0.2, "wheel"),
    disc(0.52, 0.36, 0.2, "wheel"),
  ],
};

/** What a class looks like. Most classes have an arbitrary look, which follows from their label. */
export function figureOf(fineLabel: number): Figure {
  const shapes = DRAWN[FINE_NAMES[fineLabel] ?? ""];
  if (shapes !== undefined) return { shapes, hue: undefined };
  const random = seededRandom(fineLabel);
  return {
    shapes: Array.from({ length: 3 + random.below(4) }, () => arbitraryShape(random)),
    hue: random.uniform(),
  };
}

function arbitraryShape(random: Random): Shape {
  const point = () => [random.within(0.75), random.within(0.75)] as const;
  const part = random.below(3) === 0 ? "wheel" : "body";
  const from = point();
  const radius = 0.08 + 0.22 * random.uniform();
  return random.below(2) === 0
    ? { from, to: from, radius: radius + 0.12, hole: random.below(2) === 0 ? SOLID : radius, part }
    : { from, to: point(), radius, hole: SOLID, part };
}

/** Distance of a point from a shape; negative inside. */
export function distance({ from, to, radius, hole }: Shape, x: number, y: number): number {
  const alongX = to[0] - from[0];
  const alongY = to[1] - from[1];
  const offsetX = x - from[0];
  const offsetY = y - from[1];
  const length = alongX * alongX + alongY * alongY;
  const projection = length === 0 ? 0 : (offsetX * alongX + offsetY * alongY) / length;
  const nearest = Math.min(Math.max(projection, 0), 1);
  const awayX = offsetX - nearest * alongX;
  const awayY = offsetY - nearest * alongY;
  const toLine = Math.sqrt(awayX * awayX + awayY * awayY);
  return Math.max(toLine - radius, hole - toLine);
}
