import { writeFile } from "node:fs/promises";
import * as path from "node:path";
import { expect } from "chai";
import {
  initialWeights,
  servingGraph,
} from "../../../../../local/cloud/containers/image-classification/network";
import { seededRandom } from "../../../../../local/cloud/containers/image-classification/random";
import {
  InvocationError,
  loadModel,
  MODEL_FILE,
  type Model,
} from "../../../../../local/cloud/containers/image-classification/serve";
import { encode, patterned, plain } from "../../../../functions/support/images";
import { withFolder } from "./support";

const SPEC = { height: 16, width: 24, classes: 4, widths: [4, 8] };

describe("the hosted model", () => {
  let model: Model;

  before(async () => {
    const random = seededRandom(1);
    const weights = initialWeights(SPEC, () => random.gaussian());
    model = await withFolder(async (folder) => {
      await writeFile(path.join(folder, MODEL_FILE), servingGraph(SPEC, weights));
      return loadModel(folder);
    });
  });

  after(() => model.close());

  const answer = async (body: Buffer, contentType: string) => {
    const response = await model.invoke(body, contentType);
    expect(response.contentType).to.equal("application/json");
    return JSON.parse(response.body) as number[];
  };
  const refusal = (body: Buffer, contentType: string) =>
    model.invoke(body, contentType).then(
      () => undefined,
      (error: unknown) => error as InvocationError,
    );

  it("answers one probability per class", async () => {
    // Act
    const probabilities = await answer(await encode(patterned(24, 16), "image/png"), "image/png");

    // Assess
    expect(probabilities).to.have.lengthOf(4);
    expect(probabilities.every((value) => value >= 0)).to.be.true;
    expect(probabilities.reduce((total, value) => total + value)).to.be.closeTo(1, 1e-5);
  });

  for (const contentType of ["image/png", "application/x-image", "IMAGE/PNG; q=1"]) {
    it(`takes ${contentType}`, async () => {
      // Prepare
      const png = await encode(patterned(24, 16), "image/png");

      // Act
      const probabilities = await answer(png, contentType);

      // Assess
      expect(probabilities).to.deep.equal(await answer(png, "image/png"));
    });
  }

  it("takes a JPEG, and any size: a plain image has the same answer whatever its size", async () => {
    // Prepare
    const exact = await encode(plain(24, 16, 0x808080ff), "image/png");
    const large = await encode(plain(200, 90, 0x808080ff), "image/jpeg");

    // Act
    const [one, other] = [await answer(exact, "image/png"), await answer(large, "image/jpeg")];

    // Assess
    for (const [label, value] of one.entries()) expect(other[label]).to.be.closeTo(value, 1e-3);
  });

  it("tells images apart", async () => {
    // Act
    const one = await answer(await encode(patterned(24, 16), "image/png"), "image/png");
    const other = await answer(await encode(plain(24, 16, 0xff0000ff), "image/png"), "image/png");

    // Assess
    expect(one).not.to.deep.equal(other);
  });

  it("refuses other content types with 415", async () => {
    // Act
    const error = await refusal(Buffer.from("1,2,3"), "text/csv");

    // Assess
    expect(error).to.be.instanceOf(InvocationError).with.property("status", 415);
    expect(error?.message).to.contain("text/csv").and.contain("application/x-image");
  });

  for (const [what, body] of [
    ["text", () => Buffer.from("no image")],
    ["nothing", () => Buffer.alloc(0)],
    ["half a PNG", async () => (await encode(patterned(24, 16), "image/png")).subarray(0, 300)],
  ] as const) {
    it(`refuses ${what} with 400`, async () => {
      // Act
      const error = await refusal(await body(), "image/png");

      // Assess
      expect(error).to.be.instanceOf(InvocationError).with.property("status", 400);
      expect(error?.message).to.match(/^Unable to decode the payload as an image: ./);
    });
  }

  it("does not load from a folder without a model", async () => {
    // Act
    const error: unknown = await withFolder(loadModel).catch((reason: unknown) => reason);

    // Assess
    expect(String(error)).to.contain(MODEL_FILE);
  });
});
