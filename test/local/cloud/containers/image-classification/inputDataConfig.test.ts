import { expect } from "chai";
import { parseChannelFormat } from "../../../../../local/cloud/containers/image-classification/inputDataConfig";

const IMAGE = "application/x-image";
const RECORDS = "application/x-recordio";

function channels(types: Readonly<Record<string, string>>) {
  return Object.fromEntries(
    Object.entries(types).map(([name, ContentType]) => [name, { ContentType }]),
  );
}

describe("the channels' format", () => {
  it("is that of their content type", () => {
    const four = { train: IMAGE, validation: IMAGE, train_lst: IMAGE, validation_lst: IMAGE };
    expect(parseChannelFormat(channels(four))).to.equal("image");
    expect(parseChannelFormat(channels({ train: RECORDS, validation: RECORDS }))).to.equal(
      "recordio",
    );
  });

  const REFUSED: readonly [types: Readonly<Record<string, string>>, message: string][] = [
    [{ train: IMAGE, validation: IMAGE }, "the channels are train, validation, train_lst"],
    [{ train: RECORDS }, "the channels are train, validation; there are train."],
    [{ train: RECORDS, validation: IMAGE }, "one content type"],
    [{ train: "text/csv", validation: "text/csv" }, "the content type text/csv"],
  ];
  for (const [types, message] of REFUSED) {
    it(`is refused for ${JSON.stringify(types)}`, () => {
      expect(() => parseChannelFormat(channels(types)))
        .to.throw(message)
        .with.property("name", "ClientError");
    });
  }
});
