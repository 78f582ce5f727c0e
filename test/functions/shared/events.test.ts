import { expect } from "chai";
import {
  parseImageRequest,
  parseInference,
  parseSerializedImage,
} from "../../../functions/shared/events";
import { errorOf } from "../support/errors";

const IMAGE = { bucket: "uploads", key: "incoming/räder 1.png", versionId: "v1" };
const SERIALIZED = { image: IMAGE, imageData: "AAEC" };
const INFERENCE = { image: IMAGE, inferenceId: "id", scores: [0.25, 0.75] };

const REFUSED: readonly (readonly [string, (event: unknown) => unknown, unknown, string])[] = [
  [
    "no object",
    parseImageRequest,
    undefined,
    "event must be an object with bucket, key, versionId",
  ],
  ["null", parseImageRequest, null, "event must be an object"],
  ["a list", parseImageRequest, [IMAGE], "event must be an object"],
  ["text", parseImageRequest, "uploads", "event must be an object"],
  ["no key", parseImageRequest, { bucket: "uploads" }, "event.key must be a text"],
  ["an empty key", parseImageRequest, { ...IMAGE, key: "" }, "event.key must be a text"],
  ["no version", parseImageRequest, { bucket: "u", key: "k" }, "event.versionId must be a text"],
  [
    "a version that is not known inside",
    parseSerializedImage,
    { ...SERIALIZED, image: { ...IMAGE, versionId: null } },
    "event.image.versionId must be a text",
  ],
  ["a number as bucket", parseImageRequest, { ...IMAGE, bucket: 1 }, "event.bucket must be"],
  ["an unknown key", parseImageRequest, { ...IMAGE, size: 1 }, "event.size must be absent"],
  ["no image", parseSerializedImage, { imageData: "AAEC" }, "event.image must be an object"],
  [
    "an unknown key inside",
    parseSerializedImage,
    { ...SERIALIZED, image: { ...IMAGE, etag: "x" } },
    "event.image.etag must be absent",
  ],
  [
    "no base64",
    parseSerializedImage,
    { ...SERIALIZED, imageData: "A" },
    "event.imageData must be base64",
  ],
  [
    "text as data",
    parseSerializedImage,
    { ...SERIALIZED, imageData: "a b!" },
    "event.imageData must be",
  ],
  ["no id", parseInference, { ...INFERENCE, inferenceId: "" }, "event.inferenceId must be"],
  [
    "scores as text",
    parseInference,
    { ...INFERENCE, scores: "[1]" },
    "event.scores must be an array",
  ],
  [
    "a score as text",
    parseInference,
    { ...INFERENCE, scores: [0, "1"] },
    "event.scores[1] must be",
  ],
  [
    "an infinite score",
    parseInference,
    { ...INFERENCE, scores: [Infinity] },
    "event.scores[0] must",
  ],
];

describe("events of the functions", () => {
  it("are returned as they came if they are right", () => {
    const current = { ...IMAGE, versionId: null };
    expect(parseImageRequest(IMAGE)).to.deep.equal(IMAGE);
    expect(parseImageRequest(current)).to.deep.equal(current);
    expect(parseSerializedImage(SERIALIZED)).to.deep.equal(SERIALIZED);
    expect(parseInference(INFERENCE)).to.deep.equal(INFERENCE);
  });

  for (const [fault, parse, event, message] of REFUSED) {
    it(`are refused with ${fault}, naming the path`, async () => {
      // Act
      const error = await errorOf(() => parse(event));

      // Assess
      expect(error.name).to.equal("InvalidEventError");
      expect(error.message).to.include(message);
    });
  }
});
