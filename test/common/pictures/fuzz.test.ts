import { expect } from "chai";
import { imageSize } from "image-size";
import { normalizeImage } from "../../../common/pictures/image";
import { bmpKinds, gifKinds, jpegKinds, pngKinds } from "../../functions/support/pictures/kinds";
import { otherKinds } from "../../functions/support/pictures/samples";

/** How many pictures, and from which seed on; every one can be made again from its own seed. */
const RUNS = Number(process.env["FUZZ_RUNS"] ?? 300);
const FIRST_SEED = Number(process.env["FUZZ_SEED"] ?? 1);
/** Larger files only take longer. */
const MOST_BYTES = 40_000;

const OUTCOMES = ["png", "UnreadableImageError", "ImageTooLargeError"];

describe("normalizeImage of damaged and hostile pictures", () => {
  it(`ends ${RUNS} times in a PNG or a named error`, async function () {
    this.timeout(120_000 + 100 * RUNS);
    // Prepare
    const files = [...jpegKinds(), ...pngKinds(), ...bmpKinds(), ...gifKinds(), ...otherKinds()]
      .map(({ file }) => file)
      .filter(({ length }) => length <= MOST_BYTES);
    const outcomes = new Map<unknown, number>();
    for (let seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
      const random = randomNumbers(seed);
      const file = files[random(files.length)] ?? Buffer.alloc(0);

      // Act
      const outcome = await normalizeImage(mutated(file, random), "a picture", {
        size: { width: 28, height: 28 },
        maxPixels: 1_000_000,
      }).then(
        (png) => imageSize(png).type,
        (error: unknown) => (error instanceof Error ? error.name : error),
      );

      // Assess
      expect(outcome, `FUZZ_SEED=${seed} FUZZ_RUNS=1`).to.be.oneOf(OUTCOMES);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    // Were it always the same, the mutations would prove nothing.
    expect(RUNS < 100 || OUTCOMES.every((outcome) => outcomes.has(outcome))).to.equal(true);
  });
});

/** Changes bytes, most of them near the beginning, where the headers are; cuts; repeats; inserts. */
function mutated(file: Buffer, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(file);
  for (let changes = 1 + random(4); changes > 0; changes--) {
    const at = random(random(2) === 0 ? Math.min(bytes.length, 100) : bytes.length);
    const length = random(1 + Math.min(64, bytes.length - at));
    switch (random(6)) {
      case 0:
        bytes = bytes.subarray(0, at + 1);
        break;
      case 1:
        bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
        break;
      case 3:
        bytes.fill([0, 0x7f, 0x80, 0xff][random(4)] ?? 0, at, Math.min(bytes.length, at + 4));
        break;
      default:
        bytes.fill(random(256), at, at + 1);
    }
    bytes = Buffer.from(bytes.length > 0 ? bytes : [0]);
  }
  return bytes;
}

/** Whole numbers below a bound, the same for the same seed. */
function randomNumbers(seed: number): (below: number) => number {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
