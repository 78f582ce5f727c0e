import { expect } from "chai";
import { S3Client, GetObjectCommand } from "@aws-sdk/client-s3";
import { normalizeImage } from "../../../common/pictures/image";
import { MAX_OBJECT_BYTES, type GetObject } from "../../../common/pictures/object";
import type { ImageRequest } from "../../../contract/inference";
import { serializeImage } from "../../../functions/serialize-image/core";
import { errorOf } from "../support/errors";
import { decode, encode, patterned } from "../support/images";
import { STUB_CLIENT, withServer, type Answer } from "../support/server";

const IMAGE = { bucket: "uploads", key: "incoming/räder 1.png", versionId: "v1" };
const NAME = "s3://uploads/incoming/räder 1.png";
const SETTINGS = { size: { width: 32, height: 32 }, maxPixels: 1_000_000 };

/** Serializes what a server on loopback answers to a real client. */
async function serialize(
  answer: Answer,
  watch?: (path: string) => void,
  image: ImageRequest = IMAGE,
) {
  return withServer(answer, async (server) => {
    const client = new S3Client({
      ...STUB_CLIENT,
      endpoint: server.url,
      forcePathStyle: true,
      maxAttempts: 1,
    });
    const getObject: GetObject = (input) => client.send(new GetObjectCommand(input));
    try {
      return await serializeImage(image, SETTINGS, getObject, normalizeImage);
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

  it("asks for this version of the key, which is escaped once", async () => {
    // Prepare
    let request = "";
    const body = await encode(patterned(8, 8), "image/png");

    // Act
    await serialize({ status: 200, body }, (path) => (request = path));

    // Assess
    expect(request).to.equal(
      "GET /uploads/incoming/r%C3%A4der%201.png?versionId=v1&x-id=GetObject",
    );
  });

  it("reads the current version where none is asked for, and says which that is", async () => {
    // Prepare
    let request = "";
    const body = await encode(patterned(8, 8), "image/png");
    const watch = (path: string) => (request = path);
    const current = { ...IMAGE, versionId: null };

    // Act
    const versioned = await serialize(
      { status: 200, headers: { "x-amz-version-id": "v7" }, body },
      watch,
      current,
    );
    const unversioned = await serialize({ status: 200, body }, watch, current);

    // Assess
    expect(request).not.to.include("versionId");
    expect(versioned.image).to.deep.equal({ ...IMAGE, versionId: "v7" });
    expect(unversioned.image).to.deep.equal({ ...IMAGE, versionId: "null" });
  });

  for (const [status, code] of [
    [404, "NoSuchKey"],
    [404, "NoSuchVersion"],
    [405, "MethodNotAllowed"],
  ] as const) {
    it(`says that the version does not exist when S3 answers ${code}`, async () => {
      // Act
      const error = await errorOf(() => serialize(s3Error(status, code)));

      // Assess
      expect(error.name).to.equal("ImageNotFoundError");
      expect(error.message).to.equal(`${NAME} does not exist in version v1`);
      expect(error.cause).to.have.property("name", code);
    });
  }

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
      expect(error.message).to.equal(`${NAME} has 67108865 bytes: send at most 67108864`);
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
