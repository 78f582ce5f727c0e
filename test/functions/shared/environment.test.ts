import { expect } from "chai";
import {
  readClassNames,
  readConfidenceThreshold,
  readEndpointName,
  readImageShape,
  readMaxPixels,
} from "../../../functions/shared/environment";
import { errorOf } from "../support/errors";

const READERS = {
  CLASS_NAMES: readClassNames,
  CONFIDENCE_THRESHOLD: readConfidenceThreshold,
  ENDPOINT_NAME: readEndpointName,
  IMAGE_SHAPE: readImageShape,
  MAX_PIXELS: readMaxPixels,
} as const;

type Key = keyof typeof READERS;

const VALID: readonly (readonly [Key, string, unknown])[] = [
  ["CLASS_NAMES", '["bicycle","motorcycle"]', ["bicycle", "motorcycle"]],
  ["CONFIDENCE_THRESHOLD", "0", 0],
  ["CONFIDENCE_THRESHOLD", "0.8", 0.8],
  ["CONFIDENCE_THRESHOLD", "1", 1],
  ["ENDPOINT_NAME", "a", "a"],
  ["ENDPOINT_NAME", "vehicles-dev", "vehicles-dev"],
  ["IMAGE_SHAPE", "3,32,64", { height: 32, width: 64 }],
  ["MAX_PIXELS", "25000000", 25_000_000],
];

const INVALID: readonly (readonly [Key, string])[] = [
  ["CLASS_NAMES", ""],
  ["CLASS_NAMES", "bicycle,motorcycle"],
  ["CLASS_NAMES", '{"0":"bicycle"}'],
  ["CLASS_NAMES", '["bicycle"]'],
  ["CLASS_NAMES", '["bicycle",""]'],
  ["CLASS_NAMES", '["bicycle",1]'],
  ["CLASS_NAMES", '["bicycle","bicycle"]'],
  ["CONFIDENCE_THRESHOLD", ""],
  ["CONFIDENCE_THRESHOLD", "1.01"],
  ["CONFIDENCE_THRESHOLD", "-0.5"],
  ["CONFIDENCE_THRESHOLD", "80%"],
  ["CONFIDENCE_THRESHOLD", "NaN"],
  ["ENDPOINT_NAME", ""],
  ["ENDPOINT_NAME", "-vehicles"],
  ["ENDPOINT_NAME", "vehicles_dev"],
  ["ENDPOINT_NAME", "v".repeat(64)],
  ["IMAGE_SHAPE", ""],
  ["IMAGE_SHAPE", "32,32"],
  ["IMAGE_SHAPE", "1,32,32"],
  ["IMAGE_SHAPE", "3,0,32"],
  ["IMAGE_SHAPE", "3,32,32,1"],
  ["MAX_PIXELS", ""],
  ["MAX_PIXELS", "0"],
  ["MAX_PIXELS", "1e6"],
  ["MAX_PIXELS", "1000.5"],
];

describe("environment of the functions", () => {
  for (const [key, text, expected] of VALID) {
    it(`reads ${key}=${text}`, () => {
      expect(READERS[key]({ [key]: text })).to.deep.equal(expected);
    });
  }

  for (const [key, text] of INVALID) {
    it(`refuses ${key}=${text}, naming the variable and its value`, async () => {
      // Act
      const error = await errorOf(() => READERS[key]({ [key]: text }));

      // Assess
      expect(error.name).to.equal("InvalidEnvironmentError");
      expect(error.message).to.include(`${key} is ${JSON.stringify(text)}: set it to `);
    });
  }

  for (const [key, read] of Object.entries(READERS)) {
    it(`says that ${key} is not set`, async () => {
      // Act
      const error = await errorOf(() => read({}));

      // Assess
      expect(error.name).to.equal("InvalidEnvironmentError");
      expect(error.message).to.include(`${key} is not set: set it to `);
    });
  }
});
