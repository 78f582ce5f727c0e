import { InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { expect } from "chai";
import { createHash } from "node:crypto";
import { classifyImage, type InvokeEndpoint } from "../../../functions/classify-image/core";
import { errorOf } from "../support/errors";
import { STUB_CLIENT, withServer, type Answer, type Recorded } from "../support/server";

const EVENT = {
  image: { bucket: "uploads", key: "incoming/räder 1.png", versionId: "v1" },
  imageData: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255]).toString("base64"),
};
const SETTINGS = { endpointName: "vehicles", classNames: ["bicycle", "motorcycle"] };

/** Classifies with a real client and what a server on loopback answers to it. */
async function classify(answer: Answer, event = EVENT) {
  return withServer(answer, async (server) => {
    const client = new SageMakerRuntimeClient({
      ...STUB_CLIENT,
      endpoint: server.url,
      maxAttempts: 1,
    });
    try {
      const inference = await classifyImage(event, SETTINGS, (input) =>
        client.send(new InvokeEndpointCommand(input)),
      );
      return { inference, requests: server.requests };
    } finally {
      client.destroy();
    }
  });
}

function probabilities(body: string): Answer {
  return { status: 200, headers: { "content-type": "application/json" }, body };
}

function failure(status: number, code: string, fields: object = {}): Answer {
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-errortype": code },
    body: JSON.stringify({ Message: "what happened", message: "what happened", ...fields }),
  };
}

describe("classifyImage", () => {
  it("sends the PNG's bytes and answers with the probabilities as they came", async () => {
    // Act
    const { inference, requests } = await classify(probabilities("[0.25, 0.75]"));

    // Assess
    expect(inference.image).to.deep.equal(EVENT.image);
    expect(inference.scores).to.deep.equal([0.25, 0.75]);
    const [request] = requests as [Recorded];
    expect(requests).to.have.length(1);
    expect(`${request.method} ${request.path}`).to.equal("POST /endpoints/vehicles/invocations");
    expect(request.headers).to.include({ "content-type": "image/png", accept: "application/json" });
    expect(request.body.toString("base64")).to.equal(EVENT.imageData);
  });

  it("names the inference by bucket, key and version, the same at every attempt", async () => {
    // Act
    const first = await classify(probabilities("[1, 0]"));
    const second = await classify(probabilities("[0, 1]"));
    const other = await classify(probabilities("[0, 1]"), {
      ...EVENT,
      image: { ...EVENT.image, key: "incoming/2.png" },
    });
    const overwritten = await classify(probabilities("[0, 1]"), {
      ...EVENT,
      image: { ...EVENT.image, versionId: "v2" },
    });

    // Assess
    const { inferenceId } = first.inference;
    expect(inferenceId).to.equal(
      createHash("sha256").update("uploads/v1/incoming/räder 1.png", "utf8").digest("hex"),
    );
    expect(inferenceId).to.have.length(64);
    expect(first.requests[0]?.headers["x-amzn-sagemaker-inference-id"]).to.equal(inferenceId);
    expect(second.inference.inferenceId).to.equal(inferenceId);
    expect(other.inference.inferenceId).to.not.equal(inferenceId);
    expect(overwritten.inference.inferenceId).to.not.equal(inferenceId);
  });

  for (const [fault, body] of [
    ["an empty answer", ""],
    ["no JSON", "0.25,0.75"],
    ["JSON that is cut off", "[0.25, 0."],
    ["bytes that are no text", "\xff\xfe"],
    ["JSON lines", '{"prediction":[0.25,0.75]}'],
    ["one class too many", "[0.25, 0.25, 0.5]"],
    ["NaN", "[NaN, 1]"],
    ["scores that do not sum to 1", "[2.5, -1.5]"],
  ] as const) {
    it(`refuses ${fault} as malformed`, async () => {
      expect((await errorOf(() => classify(probabilities(body)))).name).to.equal(
        "MalformedInferenceError",
      );
    });
  }

  for (const [status, code, fields] of [
    [429, "ModelNotReadyException"],
    [500, "InternalFailure"],
    [503, "ServiceUnavailable"],
    [530, "InternalDependencyException"],
    [400, "ThrottlingException"],
    [424, "ModelError", { OriginalStatusCode: 500 }],
    [424, "ModelError", { OriginalStatusCode: 503 }],
    [424, "ModelError"],
  ] as const) {
    it(`calls the endpoint unavailable on ${code} ${JSON.stringify(fields ?? {})}`, async () => {
      // Act
      const error = await errorOf(() => classify(failure(status, code, fields)));

      // Assess
      expect(error.name).to.equal("EndpointUnavailableError");
      expect(error.message).to.include("Endpoint vehicles").and.include(code);
      expect(error.cause).to.have.property("name", code);
    });
  }

  for (const [status, code, fields] of [
    [424, "ModelError", { OriginalStatusCode: 400 }],
    [424, "ModelError", { OriginalStatusCode: 415 }],
    [400, "ValidationError"],
  ] as const) {
    it(`calls the input rejected on ${code} ${JSON.stringify(fields ?? {})}`, async () => {
      // Act
      const error = await errorOf(() => classify(failure(status, code, fields)));

      // Assess
      expect(error.name).to.equal("ModelRejectedInputError");
      expect(error.message).to.include("Endpoint vehicles").and.include("what happened");
      expect(error.cause).to.have.property("name", code);
    });
  }

  it("passes a missing permission through under its own name", async () => {
    const error = await errorOf(() => classify(failure(403, "AccessDeniedException")));

    expect(error.name).to.equal("AccessDeniedException");
  });

  it("calls the endpoint unavailable when nobody listens", async () => {
    // Prepare: an address that was free a moment ago
    const endpoint = await withServer(undefined, ({ url }) => Promise.resolve(url));
    const client = new SageMakerRuntimeClient({ ...STUB_CLIENT, endpoint, maxAttempts: 1 });
    const invoke: InvokeEndpoint = (input) => client.send(new InvokeEndpointCommand(input));

    // Act
    const error = await errorOf(() => classifyImage(EVENT, SETTINGS, invoke));

    // Assess
    expect(error.name).to.equal("EndpointUnavailableError");
    expect(error.message).to.include("ECONNREFUSED");
  });

  it("calls the endpoint unavailable when the SDK gives a connection up", async () => {
    // Prepare: what the SDK throws then carries no code, only this name
    const thrown = Object.assign(new Error("no connection in 3000 ms"), { name: "TimeoutError" });

    // Act
    const error = await errorOf(() => classifyImage(EVENT, SETTINGS, () => Promise.reject(thrown)));

    // Assess
    expect(error.name).to.equal("EndpointUnavailableError");
    expect(error.cause).to.equal(thrown);
  });

  for (const code of ["EAI_AGAIN", "ECONNRESET", "ENOTFOUND", "EPIPE", "ETIMEDOUT"]) {
    it(`calls the endpoint unavailable when the connection fails with ${code}`, async () => {
      // Prepare
      const thrown = Object.assign(new Error("no connection"), { code });

      // Act
      const error = await errorOf(() =>
        classifyImage(EVENT, SETTINGS, () => Promise.reject(thrown)),
      );

      // Assess
      expect(error.name).to.equal("EndpointUnavailableError");
      expect(error.cause).to.equal(thrown);
    });
  }

  for (const thrown of [new TypeError("a bug"), "a text"]) {
    it(`passes ${String(thrown)} through as it is`, async () => {
      // Act
      const outcome = await classifyImage(EVENT, SETTINGS, () => Promise.reject(thrown)).catch(
        (error: unknown) => error,
      );

      // Assess
      expect(outcome).to.equal(thrown);
    });
  }
});
