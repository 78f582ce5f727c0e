import { S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { imageSize } from "image-size";
import { createHandler } from "../../../functions/serialize-image/handler";
import { useEnvironment } from "../support/environment";
import { errorOf } from "../support/errors";
import { encode, patterned } from "../support/images";
import { logsOf, metricsOf, record } from "../support/output";
import { STUB_CLIENT, withServer } from "../support/server";

const EVENT = { bucket: "uploads", key: "incoming/1.jpg", versionId: "v1" };

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
        const { call } = record(
          createHandler(() => {
            clients++;
            return client;
          }),
        );

        // Act
        const answers = [await call(EVENT), await call(EVENT)];
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
        const error = await errorOf(() => record(createHandler(() => client)).call(EVENT));
        client.destroy();

        // Assess
        expect(error.name).to.equal("ImageTooLargeError");
      });
    });

    it("logs where the image came from and measures its size, without any of its data", async () => {
      // Prepare
      const body = await encode(patterned(100, 100), "image/png");

      await withServer({ status: 200, body }, async ({ url: endpoint }) => {
        const client = new S3Client({ ...STUB_CLIENT, endpoint, forcePathStyle: true });
        const { call, lines, text } = record(createHandler(() => client));

        // Act
        const { imageData } = await call(EVENT);
        client.destroy();

        // Assess
        expect(logsOf(lines())).to.have.length(1);
        expect(logsOf(lines())[0]).to.deep.include({ image: EVENT });
        const metrics = metricsOf(lines());
        expect(metrics.map(({ name, unit }) => [name, unit])).to.deep.equal([
          ["BytesRead", "Bytes"],
          ["DecodeDuration", "Milliseconds"],
          ["ImagesSerialized", "Count"],
        ]);
        expect(metrics[0]?.value).to.equal(body.length);
        expect(text()).to.not.include(imageData.slice(0, 40));
      });
    });

    it("counts what it rejects by the error's name, and how large that was", async () => {
      // Prepare
      const body = "hello";

      await withServer({ status: 200, body }, async ({ url: endpoint }) => {
        const client = new S3Client({ ...STUB_CLIENT, endpoint, forcePathStyle: true });
        const { call, lines } = record(createHandler(() => client));

        // Act
        await errorOf(() => call(EVENT));
        client.destroy();

        // Assess
        expect(
          metricsOf(lines()).map(({ name, value, dimensions }) => [
            name,
            value,
            dimensions["error"],
          ]),
        ).to.deep.equal([
          ["Failures", 1, "UnreadableImageError"],
          ["BytesRead", body.length, undefined],
        ]);
      });
    });

    it("refuses an event of another shape before it asks anybody", async () => {
      const error = await errorOf(() => record(createHandler(unreachable)).call({ Records: [] }));

      expect(error.name).to.equal("InvalidEventError");
    });
  });

  it("says which variable is missing, at the first event and not before", async () => {
    // Act
    const error = await errorOf(() => record(createHandler(unreachable)).call(EVENT));

    // Assess
    expect(error.name).to.equal("InvalidEnvironmentError");
    expect(error.message).to.include("IMAGE_SHAPE");
  });
});
