import { expect } from "chai";
import { imageFeatures } from "../../common/imageFeatures";
import { encodePng } from "../../common/pictures/png";

type Colour = readonly [red: number, green: number, blue: number];

const BLACK: Colour = [0, 0, 0];
const WHITE: Colour = [255, 255, 255];

/** A PNG of six by six pixels. */
function picture(colourAt: (x: number, y: number) => Colour): Buffer {
  const size = { width: 6, height: 6 };
  const pixels = Array.from({ length: 36 }, (_, at) => colourAt(at % 6, Math.floor(at / 6)));
  return encodePng(size, Uint8ClampedArray.from(pixels.flat()));
}

describe("imageFeatures", () => {
  it("of one colour are its channels, its luma and what they differ by, and nothing else", () => {
    const features = imageFeatures(picture(() => [255, 0, 0]));
    expect(features.brightness).to.be.closeTo(0.299, 1e-12);
    expect(features.contrast).to.be.closeTo(0, 1e-7);
    expect(features.sharpness).to.be.closeTo(0, 1e-7);
    expect(features).to.deep.include({ red: 1, green: 0, blue: 0, chroma: 1 });
  });

  it("of black and white stripes are a mean in the middle, the widest contrast and no colour", () => {
    const features = imageFeatures(picture((x) => (x % 2 === 0 ? BLACK : WHITE)));
    expect(features.brightness).to.be.closeTo(0.5, 1e-9);
    expect(features.contrast).to.be.closeTo(0.5, 1e-9);
    expect(features.chroma).to.equal(0);
    // Every pixel differs by one from two of its four neighbours, half of them upwards.
    expect(features.sharpness).to.be.closeTo(2 / 4, 1e-9);
  });

  it("of a chessboard are as sharp as a picture can be", () => {
    const features = imageFeatures(picture((x, y) => ((x + y) % 2 === 0 ? BLACK : WHITE)));
    expect(features.sharpness).to.be.closeTo(1, 1e-9);
  });

  it("of an even slope are not sharp at all, though there is contrast", () => {
    const features = imageFeatures(picture((x) => [40 * x, 40 * x, 40 * x]));
    expect(features.contrast).to.be.above(0.2);
    expect(features.sharpness).to.be.closeTo(0, 1e-7);
  });

  it("are refused of what is no PNG", () => {
    expect(() => imageFeatures(Buffer.from("no picture"))).to.throw();
  });
});
