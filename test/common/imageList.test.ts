import { expect } from "chai";
import fc from "fast-check";
import { formatImageList, parseImageList } from "../../common/imageList";

const images = fc.array(
  fc.record({
    index: fc.nat(),
    label: fc.nat(),
    path: fc.stringMatching(/^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/),
  }),
);

describe("a list of images", () => {
  it("is read as it was written", () => {
    fc.assert(
      fc.property(images, (listed) => {
        expect(parseImageList(formatImageList(listed))).to.deep.equal(listed);
      }),
    );
  });

  it("has a line per image, with tabs between its columns", () => {
    const listed = [{ index: 7, label: 2, path: "truck/a.png" }];
    expect(formatImageList(listed)).to.equal("7\t2\ttruck/a.png\n");
  });

  for (const line of [
    "0\tx\ta.png",
    "0 1 a.png",
    "0\t1",
    "0\t1\t",
    "",
    "0\t1\ta.png\tb",
    "-1\t0\ta",
  ]) {
    it(`is refused for the line ${JSON.stringify(line)}, by its number`, () => {
      const text = `0\t0\ta.png\n${line}\n1\t1\tb.png\n`;
      expect(() => parseImageList(text))
        .to.throw(`Line 2 is not index, label and path, separated by tabs: ${JSON.stringify(line)}`)
        .with.property("name", "ImageListError");
    });
  }
});
