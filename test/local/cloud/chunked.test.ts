import { createHash } from "node:crypto";
import { expect } from "chai";
import { decodeChunked } from "../../../local/cloud/gateway/chunked";
import { AwsError } from "../../../local/cloud/protocol";

describe("aws-chunked bodies", () => {
  const headers = {
    "content-encoding": "gzip,aws-chunked",
    "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "x-amz-decoded-content-length": "8",
    "x-amz-trailer": "x-amz-checksum-crc32",
  };
  const trailer = "x-amz-checksum-crc32:AAAAAA==\r\n\r\n";

  it("lose their framing, and their trailers become headers", () => {
    // Act
    const decoded = decodeChunked(
      headers,
      Buffer.from(`5\r\nhello\r\n3\r\n\r\n!\r\n0\r\n${trailer}`),
    );

    // Assess
    expect(decoded.body.toString()).to.equal("hello\r\n!");
    expect(decoded.headers).to.include({
      "content-encoding": "gzip",
      "x-amz-checksum-crc32": "AAAAAA==",
    });
  });

  it("may have signed chunks", () => {
    // Prepare
    const signed = {
      "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
      "x-amz-decoded-content-length": "5",
    };
    const signature = createHash("sha256").digest("hex");

    // Act
    const decoded = decodeChunked(
      signed,
      Buffer.from(
        `5;chunk-signature=${signature}\r\nhello\r\n0;chunk-signature=${signature}\r\n\r\n`,
      ),
    );

    // Assess
    expect(decoded.body.toString()).to.equal("hello");
    expect(decoded.headers).not.to.have.property("content-encoding");
  });

  it("leave other bodies alone", () => {
    // Prepare
    const plain = { "content-encoding": "gzip" };
    const body = Buffer.from("5\r\nhello\r\n0\r\n\r\n");

    // Act and assess
    expect(decodeChunked(plain, body)).to.deep.equal({ headers: plain, body });
  });

  const damaged: readonly [rule: string, body: string, name: string][] = [
    ["end early", "8\r\nhello", "IncompleteBody"],
    ["have no last chunk", "8\r\n12345678\r\n", "IncompleteBody"],
    ["have a chunk that is longer than it says", "5\r\n12345678\r\n0\r\n", "IncompleteBody"],
    ["have a size that is no number", "5x\r\nhello\r\n0\r\n", "IncompleteBody"],
    ["are shorter than announced", `5\r\nhello\r\n0\r\n${trailer}`, "IncompleteBody"],
    ["lack an announced trailer", "8\r\n12345678\r\n0\r\n\r\n", "MalformedTrailerError"],
    [
      "have a trailer nobody announced",
      `8\r\n12345678\r\n0\r\nx-a:b\r\n${trailer}`,
      "MalformedTrailerError",
    ],
  ];
  for (const [rule, body, name] of damaged) {
    it(`are refused when they ${rule}`, () => {
      expect(() => decodeChunked(headers, Buffer.from(body)))
        .to.throw(AwsError)
        .with.property("name", name);
    });
  }
});
