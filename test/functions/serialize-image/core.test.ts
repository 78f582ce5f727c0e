import { expect } from "chai";
import { S3Client, GetObjectCommand } from "@aws-sdk/client-s3";
import {
  MAX_OBJECT_BYTES,
  serializeImage,
  type GetObject,
} from "../../../functions/serialize-image/core";
import { normalizeImage } from "../../../functions/serialize-image/image";
import { errorOf } from "../support/errors";
import { decode, encode, patterned } from "../support/images";
import { STUB_CLIENT, withServer, type Answer } from "../support/server";

const IMAGE = { bucket: "uploads", key: "incoming/räder 1.png" };
const NAME = "s3://uploads/incoming/räder 1.png";
const SETTINGS = { size: { width: 32, height: 32 }, maxPixels: 1_000_000 };

/** Serializes what a server on loopback answers to a real client. */
async function serialize(answer: Answer, watch?: (path: string) => void) {
  return withServer(answer, async (server) => {
    const client = new S3Client({
      ...STUB_CLIENT,
      endpoint: server.url,
      forcePathStyle: true,
      maxAttempts: 1,
    });
    const getObject: GetObject = (input) => client.send(new GetObjectCommand(input));
    try {
      return await serializeImage(IMAGE, SETTINGS, getObject, normalizeImage);
    } finally {
      watch?.(server.requests.map(({ method, path }) => `${method} ${path}`).join());
      client.destroy();
    }
  });
}

function s3Error(status: number, code: string): Answer {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`;
  return { status, headers: { "content-type": "application/xml" }, body };
}

describe("serializeImage", () => {
  it("answers with the image as base64 of a PNG, and where it came from", async () => {
    // Prepare
    const pixels = patterned(32, 32);
    const body = await encode(pixels, "image/bmp");

    // Act
    const { image, imageData } = await serialize({ status: 200, body });

    // Assess
    expect(image).to.deep.equal(IMAGE);
    expect(await decode(Buffer.from(imageData, "base64"))).to.deep.equal(pixels);
  });

  it("asks for the key as it is, escaped once", async () => {
    // Prepare
    let request = "";
    const body = await encode(patterned(8, 8), "image/png");

    // Act
    await serialize({ status: 200, body }, (path) => (request = path));

    // Assess
    expect(request).to.equal("GET /uploads/incoming/r%C3%A4der%201.png?x-id=GetObject");
  });

  it("says that the object does not exist", async () => {
    // Act
    const error = await errorOf(() => serialize(s3Error(404, "NoSuchKey")));

    // Assess
    expect(error.name).to.equal("ImageNotFoundError");
    expect(error.message).to.equal(`${NAME} does not exist`);
    expect(error.cause).to.have.property("name", "NoSuchKey");
  });

  for (const [status, code] of [
    [403, "AccessDenied"],
    [404, "NoSuchBucket"],
    [503, "SlowDown"],
  ] as const) {
    it(`passes ${code} through under its own name`, async () => {
      expect((await errorOf(() => serialize(s3Error(status, code)))).name).to.equal(code);
    });
  }

  it("refuses an object above the limit without reading it, and gives its connection up", async () => {
    // Prepare: the promised bytes never come, so whoever reads them waits for ever
    const answer = {
      status: 200,
      headers: { "content-length": String(MAX_OBJECT_BYTES + 1) },
      body: "the beginning",
    };

    await withServer(answer, async (server) => {
      const client = new S3Client({ ...STUB_CLIENT, endpoint: server.url, forcePathStyle: true });

      // Act
      const error = await errorOf(() =>
        serializeImage(
          IMAGE,
          SETTINGS,
          (input) => client.send(new GetObjectCommand(input)),
          normalizeImage,
        ),
      );

      // Assess
      expect(error.name).to.equal("ImageTooLargeError");
      expect(error.message).to.equal(`${NAME} has 10485761 bytes: send at most 10485760`);
      await server.idle();
    });
  });

  it("reads an object of just the limit", async () => {
    // Prepare: a BMP followed by padding, which its decoder ignores
    const pixels = patterned(32, 32);
    const bmp = await encode(pixels, "image/bmp");
    const body = Buffer.concat([bmp, Buffer.alloc(MAX_OBJECT_BYTES - bmp.length)]);

    // Act
    const { imageData } = await serialize({ status: 200, body });

    // Assess
    expect(await decode(Buffer.from(imageData, "base64"))).to.deep.equal(pixels);
  });

  it("says that an object is empty", async () => {
    // Act
    const error = await errorOf(() => serialize({ status: 200, body: "" }));

    // Assess
    expect(error.name).to.equal("UnreadableImageError");
    expect(error.message).to.equal(`${NAME} is empty`);
  });

  it("passes on what decoding refuses, with the object's name", async () => {
    // Act
    const error = await errorOf(() => serialize({ status: 200, body: "hello" }));

    // Assess
    expect(error.name).to.equal("UnreadableImageError");
    expect(error.message).to.include(NAME);
  });
});
