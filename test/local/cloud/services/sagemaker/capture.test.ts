import type { PutObjectCommandInput, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import {
  captureLine,
  CaptureWriter,
  type CaptureConfiguration,
  type CapturedExchange,
} from "../../../../../local/cloud/services/sagemaker/capture";

const CONFIGURATION: CaptureConfiguration = {
  enabled: true,
  percentage: 100,
  destination: "s3://bucket/some/prefix",
  modes: ["Input", "Output"],
  jsonContentTypes: ["application/json"],
  csvContentTypes: ["text/csv"],
};

const EXCHANGE: CapturedExchange = {
  input: { contentType: "image/png", body: Buffer.from([0x89, 0x50, 0xff]) },
  output: { contentType: "application/json", body: Buffer.from("[0.25,0.75]") },
  inferenceId: "abc",
  time: new Date("2026-03-04T05:06:07.089Z"),
};

/** A client that keeps what it is asked to write, or fails. */
function fakeS3(failure?: Error) {
  const written: PutObjectCommandInput[] = [];
  const send = (command: { input: PutObjectCommandInput }) => {
    written.push(command.input);
    return failure === undefined ? Promise.resolve({}) : Promise.reject(failure);
  };
  return { written, s3: { send } as unknown as S3Client };
}

describe("data capture", () => {
  it("writes a record as SageMaker does: declared types as text, all others as base64", () => {
    // Act
    const line = captureLine(EXCHANGE, CONFIGURATION);

    // Assess
    const { eventMetadata, ...record } = JSON.parse(line) as { eventMetadata: object };
    expect(line.endsWith("\n")).to.equal(true);
    expect(record).to.deep.equal({
      captureData: {
        endpointInput: {
          observedContentType: "image/png",
          mode: "INPUT",
          data: "iVD/",
          encoding: "BASE64",
        },
        endpointOutput: {
          observedContentType: "application/json",
          mode: "OUTPUT",
          data: "[0.25,0.75]",
          encoding: "JSON",
        },
      },
      eventVersion: "0",
    });
    expect(eventMetadata).to.deep.include({
      inferenceId: "abc",
      inferenceTime: "2026-03-04T05:06:07Z",
    });
  });

  it("captures only the sides that are asked for", () => {
    for (const [modes, sides] of [
      [["Input"], ["endpointInput"]],
      [["Output"], ["endpointOutput"]],
      [["InputAndOutput"], ["endpointInput", "endpointOutput"]],
    ] as const) {
      const line = captureLine(EXCHANGE, { ...CONFIGURATION, modes });

      const { captureData } = JSON.parse(line) as { captureData: object };
      expect(Object.keys(captureData)).to.deep.equal(sides);
    }
  });

  it("gathers records into a file named by endpoint, variant, hour and time", async () => {
    // Prepare
    const { s3, written } = fakeS3();
    const writer = new CaptureWriter(CONFIGURATION, "endpoint/AllTraffic", s3);

    // Act
    writer.capture(EXCHANGE);
    writer.capture(EXCHANGE);
    await writer.flush();

    // Assess
    expect(written).to.have.length(1);
    expect(written[0]?.Bucket).to.equal("bucket");
    expect(written[0]?.Key).to.match(
      /^some\/prefix\/endpoint\/AllTraffic\/2026\/03\/04\/05\/06-07-089-[0-9a-f-]{36}\.jsonl$/,
    );
    expect(String(written[0]?.Body).trim().split("\n")).to.have.length(2);
  });

  it("writes no file when there is nothing to write, or capture is off", async () => {
    // Prepare
    const { s3, written } = fakeS3();
    const off = new CaptureWriter({ ...CONFIGURATION, enabled: false }, "endpoint/AllTraffic", s3);
    const none = new CaptureWriter({ ...CONFIGURATION, percentage: 0 }, "endpoint/AllTraffic", s3);

    // Act
    off.capture(EXCHANGE);
    none.capture(EXCHANGE);
    await Promise.all([off.flush(), none.flush()]);

    // Assess
    expect(written).to.deep.equal([]);
  });

  it("notes records that could not be written, and goes on", async () => {
    // Prepare
    const { s3 } = fakeS3(new Error("AccessDenied"));
    const writer = new CaptureWriter(CONFIGURATION, "endpoint/AllTraffic", s3);

    // Act
    writer.capture(EXCHANGE);
    await writer.flush();
    writer.capture(EXCHANGE);
    await writer.flush();

    // Assess
    expect(writer.losses.map(({ message }) => message)).to.deep.equal([
      "AccessDenied",
      "AccessDenied",
    ]);
  });
});
