import { expect } from "chai";
import { createClient, createHandler } from "../../../functions/classify-image/handler";
import { useEnvironment } from "../support/environment";
import { errorOf } from "../support/errors";
import { logsOf, metricsOf, record } from "../support/output";
import { STUB_CLIENT, withServer } from "../support/server";

const EVENT = {
  image: { bucket: "uploads", key: "incoming/1.png", versionId: "v1" },
  imageData: "iVBO",
};
const CREDENTIALS = {
  AWS_REGION: STUB_CLIENT.region,
  AWS_ACCESS_KEY_ID: STUB_CLIENT.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: STUB_CLIENT.credentials.secretAccessKey,
};

describe("handler of classify-image", () => {
  useEnvironment(CREDENTIALS);

  describe("with its environment", () => {
    useEnvironment({ ENDPOINT_NAME: "vehicles", CLASS_NAMES: '["bicycle","motorcycle"]' });

    it("asks the endpoint in its environment, with one client for all events", async () => {
      const answer = { status: 200, body: "[0.25,0.75]" };
      await withServer(answer, async (server) => {
        // Prepare
        process.env["AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME"] = server.url;
        let clients = 0;
        const { call } = record(
          createHandler(() => {
            clients++;
            return createClient();
          }),
        );

        // Act
        const answers = [await call(EVENT), await call(EVENT)];

        // Assess
        expect(answers.map(({ scores }) => scores)).to.deep.equal([
          [0.25, 0.75],
          [0.25, 0.75],
        ]);
        expect(server.requests[0]?.path).to.equal("/endpoints/vehicles/invocations");
        expect(clients).to.equal(1);
      });
    });

    it("gives up on an endpoint that does not answer in time, after one attempt", async () => {
      await withServer(undefined, async (server) => {
        // Prepare
        process.env["AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME"] = server.url;
        const { call } = record(createHandler(() => createClient(50)));

        // Act
        const error = await errorOf(() => call(EVENT));

        // Assess
        expect(error.name).to.equal("EndpointUnavailableError");
        expect(error.message).to.include("TimeoutError");
        expect(server.requests).to.have.length(1);
      });
    });

    it("waits ten seconds longer for an answer than a model may take, as SageMaker asks", async () => {
      await withServer({ status: 200, body: "[0.25,0.75]" }, async (server) => {
        // Prepare
        process.env["AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME"] = server.url;
        const client = createClient();

        // Act
        await record(createHandler(() => client)).call(EVENT);

        // Assess
        const { requestHandler } = client.config;
        expect(requestHandler).to.have.nested.property("config.connectionTimeout", 3_000);
        expect(requestHandler).to.have.nested.property("config.requestTimeout", 70_000);
      });
    });

    it("logs which image became which inference, and never the image's data", async () => {
      await withServer({ status: 200, body: "[0.25,0.75]" }, async (server) => {
        // Prepare
        process.env["AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME"] = server.url;
        const { call, lines, text } = record(createHandler(createClient));

        // Act
        const { inferenceId } = await call(EVENT);

        // Assess
        expect(logsOf(lines())).to.have.length(1);
        expect(logsOf(lines())[0]).to.deep.include({ image: EVENT.image, inferenceId });
        expect(metricsOf(lines()).map(({ name, unit }) => [name, unit])).to.deep.equal([
          ["EndpointLatency", "Milliseconds"],
        ]);
        expect(text()).to.not.include(EVENT.imageData);
      });
    });

    it("counts the endpoint's throttles", async () => {
      const throttled = {
        status: 400,
        headers: { "x-amzn-errortype": "ThrottlingException" },
        body: "{}",
      };
      await withServer(throttled, async (server) => {
        // Prepare
        process.env["AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME"] = server.url;
        const { call, lines, text } = record(createHandler(createClient));

        // Act
        const error = await errorOf(() => call(EVENT));

        // Assess
        expect(error.name).to.equal("EndpointUnavailableError");
        expect(metricsOf(lines()).map(({ name, value }) => [name, value])).to.deep.equal([
          ["Failures", 1],
          ["EndpointThrottles", 1],
        ]);
        expect(text()).to.not.include(EVENT.imageData);
      });
    });

    it("refuses an event of another shape", async () => {
      const error = await errorOf(() =>
        record(createHandler(createClient)).call({ image: EVENT.image }),
      );

      expect(error.name).to.equal("InvalidEventError");
    });
  });

  it("says which variable is missing, at the first event and not before", async () => {
    // Act
    const error = await errorOf(() => record(createHandler(createClient)).call(EVENT));

    // Assess
    expect(error.name).to.equal("InvalidEnvironmentError");
    expect(error.message).to.include("ENDPOINT_NAME");
  });
});
