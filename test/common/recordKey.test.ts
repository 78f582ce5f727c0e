import { expect } from "chai";
import * as fc from "fast-check";
import { recordKey, recordPrefix } from "../../common/recordKey";

const VERSION = "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY";

describe("recordKey", () => {
  it("is the image's key and version under the prefix", () => {
    const image = { key: "incoming/a b/räder.png", versionId: VERSION };
    expect(recordKey("review/", image)).to.equal(`review/incoming/a b/räder.png/${VERSION}.json`);
  });

  it("never has more bytes than S3 takes, and differs for other keys and versions", () => {
    const character = fc.constantFrom("a", "/", "ä", "🚲", '"', "\\", "\n");
    const long = fc
      .array(character, { minLength: 200, maxLength: 1100 })
      .map((all) => all.join(""));
    fc.assert(
      fc.property(long, fc.constantFrom("accepted/", "review/"), (text, prefix) => {
        // Prepare
        const key = cutTo(text, 1023);

        // Act
        const keys = [
          recordKey(prefix, { key, versionId: "v1" }),
          recordKey(prefix, { key, versionId: "v2" }),
          recordKey(prefix, { key: `${key}.`, versionId: "v1" }),
        ];

        // Assess
        expect(new Set(keys).size).to.equal(3);
        for (const each of keys) {
          expect(each.startsWith(recordPrefix(prefix, key))).to.equal(true);
          expect(Buffer.byteLength(each)).to.be.at.most(1024);
          expect(each.startsWith(prefix)).to.equal(true);
          expect(Buffer.from(each).toString()).to.equal(each);
        }
      }),
    );
  });
});

/** The longest beginning of a text that has at most so many bytes, as S3 would have let in. */
function cutTo(text: string, bytes: number): string {
  return Buffer.byteLength(text) <= bytes ? text : cutTo([...text].slice(0, -1).join(""), bytes);
}
