import { S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { imageSize } from "image-size";
import { createHandler } from "../../../functions/serialize-image/handler";
import { useEnvironment } from "../support/environment";
import { errorOf } from "../support/errors";
import { encode, patterned } from "../support/images";
import { STUB_CLIENT, withServer } from "../support/server";

const EVENT = { bucket: "uploads", key: "incoming/1.jpg" };

function unreachable(): S3Client {
  throw new Error("no client is needed here");
}

describe("handler of serialize-image", () => {
  describe("with its environment", () => {
    useEnvironment({ IMAGE_SHAPE: "3,24,48", MAX_PIXELS: "10000" });

    it("makes PNGs of the shape in its environment, with one client for all events", async () => {
      // Prepare
      const body = await encode(patterned(100, 100), "image/jpeg");
      let clients = 0;

      await withServer({ status: 200, body }, async ({ url: endpoint }) => {
        const client = new S3Client({ ...STUB_CLIENT, endpoint, forcePathStyle: true });
        const handler = createHandler(() => {
          clients++;
          return client;
        });

        // Act
        const answers = [await handler(EVENT), await handler(EVENT)];
        client.destroy();

        // Assess
        for (const { image, imageData } of answers) {
          expect(image).to.deep.equal(EVENT);
          expect(imageSize(Buffer.from(imageData, "base64"))).to.include({ width: 48, height: 24 });
        }
        expect(clients).to.equal(1);
      });
    });

    it("refuses more pixels than its environment allows", async () => {
      // Prepare
      const body = await encode(patterned(101, 100), "image/png");

      await withServer({ status: 200, body }, async ({ url: endpoint }) => {
        const client = new S3Client({ ...STUB_CLIENT, endpoint, forcePathStyle: true });

        // Act
        const error = await errorOf(() => createHandler(() => client)(EVENT));
        client.destroy();

        // Assess
        expect(error.name).to.equal("ImageTooLargeError");
      });
    });

    it("refuses an event of another shape before it asks anybody", async () => {
      const error = await errorOf(() => createHandler(unreachable)({ Records: [] }));

      expect(error.name).to.equal("InvalidEventError");
    });
  });

  it("says which variable is missing, at the first event and not before", async () => {
    // Act
    const error = await errorOf(() => createHandler(unreachable)(EVENT));

    // Assess
    expect(error.name).to.equal("InvalidEnvironmentError");
    expect(error.message).to.include("IMAGE_SHAPE");
  });
});
