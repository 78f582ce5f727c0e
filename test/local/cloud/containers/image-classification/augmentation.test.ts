import { expect } from "chai";
import {
  augment,
  cropCentre,
} from "../../../../../local/cloud/containers/image-classification/augmentation";
import { seededRandom } from "../../../../../local/cloud/containers/image-classification/random";

/** Every pixel has its own red; green is its row, blue its column. */
function coordinates(height: number, width: number) {
  const pixels = new Uint8Array(3 * height * width);
  for (let at = 0; at < height * width; at++) {
    pixels[at] = at;
    pixels[height * width + at] = Math.floor(at / width);
    pixels[2 * height * width + at] = at % width;
  }
  return { height, width, pixels };
}

describe("augmentation", () => {
  it("without any, the middle is cut out", () => {
    // Prepare
    const target = new Uint8Array(12);

    // Act
    cropCentre(coordinates(4, 6), { height: 2, width: 2 }, target);

    // Assess
    expect([...target]).to.deep.equal([8, 9, 14, 15, 1, 1, 2, 2, 2, 3, 2, 3]);
  });

  it("crop gives every window of the image, and its mirror image, sooner or later", () => {
    // Prepare
    const [image, size] = [coordinates(4, 6), { height: 3, width: 3 }];
    const random = seededRandom(1);
    const target = new Uint8Array(27);

    // Act
    const seen = new Set(
      Array.from({ length: 500 }, () => {
        augment(image, size, "crop", random, target);
        return target.slice(0, 9).join();
      }),
    );

    // Assess
    const windows = [0, 1].flatMap((top) =>
      [0, 1, 2, 3].flatMap((left) => {
        const window = [0, 1, 2].map((y) => [0, 1, 2].map((x) => (top + y) * 6 + left + x));
        return [
          window.flat().join(),
          window
            .map((row) => row.reverse())
            .flat()
            .join(),
        ];
      }),
    );
    expect(seen).to.deep.equal(new Set(windows));
  });

  it("crop shifts an image without pixels to spare by up to a tenth, and repeats its edge", () => {
    // Prepare
    const random = seededRandom(2);
    const target = new Uint8Array(300);

    // Act
    const rows = new Set(
      Array.from({ length: 200 }, () => {
        augment(coordinates(10, 10), { height: 10, width: 10 }, "crop", random, target);
        return Array.from({ length: 10 }, (_, row) => target[100 + row * 10]).join();
      }),
    );

    // Assess
    expect([...rows].sort()).to.deep.equal([
      "0,0,1,2,3,4,5,6,7,8",
      "0,1,2,3,4,5,6,7,8,9",
      "1,2,3,4,5,6,7,8,9,9",
    ]);
  });

  it("crop_color moves colours no further than the algorithm does", () => {
    // Prepare: with no saturation and no room to move, hue has no effect.
    const grey = { height: 1, width: 1, pixels: Uint8Array.of(128, 128, 128) };
    const random = seededRandom(3);
    const target = new Uint8Array(3);

    // Act
    const found = Array.from({ length: 300 }, () => {
      augment(grey, grey, "crop_color", random, target);
      return (Math.max(...target) + Math.min(...target)) / 2;
    });

    // Assess
    expect(Math.min(...found)).to.be.within(77, 82);
    expect(Math.max(...found)).to.be.within(174, 179);
  });

  it("crop_color_transform tilts upright edges, either way and no further than the algorithm", () => {
    // Prepare: black to the left, white to the right; moved colours stay dark and light.
    const side = 41;
    const [image, target] = [coordinates(side, side), new Uint8Array(3 * side * side)];
    for (const [at] of image.pixels.entries()) image.pixels[at] = at % side < 20 ? 0 : 255;
    const random = seededRandom(4);
    const darkPixels = (row: number) =>
      [...Array(side).keys()].filter((x) => {
        const red = target[row * side + x] as number;
        return red < 128;
      }).length;

    // Act
    const tilts = Array.from({ length: 300 }, () => {
      augment(image, image, "crop_color_transform", random, target);
      const mirror = (target[0] as number) > 128 ? -1 : 1;
      return mirror * (darkPixels(side - 1) - darkPixels(0));
    });

    // Assess: 10 degrees and a shear of 0.1, over an aspect of up to 1.25.
    const steepest = (Math.tan((10 / 180) * Math.PI) + 0.1) * 1.25 * side;
    expect(Math.max(...tilts)).to.be.within(4, steepest + 1);
    expect(Math.min(...tilts)).to.be.within(-steepest - 1, -4);
  });
});
