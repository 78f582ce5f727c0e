import { text } from "node:stream/consumers";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DescribeEndpointCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { expect } from "chai";
import { clientSettings } from "../../common/awsClient";
import { proxyFor, requestUrl } from "../../common/proxy";
import { withServer } from "../support/awsServer";
import { withProxy, withVariables } from "./support/proxy";

const NO_VARIABLES = {
  HTTP_PROXY: undefined,
  HTTPS_PROXY: undefined,
  NO_PROXY: undefined,
  http_proxy: undefined,
  https_proxy: undefined,
  no_proxy: undefined,
};
const PLACE = {
  region: "eu-west-1",
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
  maxAttempts: 1,
};
const fetching = (url: string) => requestUrl(url, {}, AbortSignal.timeout(10_000));

describe("proxyFor", () => {
  const all = { HTTP_PROXY: "http://plain:3128", HTTPS_PROXY: "http://secure:3128" };

  it("tells the schemes apart", () => {
    expect(proxyFor("http://example.com/", all)).to.equal("http://plain:3128");
    expect(proxyFor("https://example.com/", all)).to.equal("http://secure:3128");
    expect(proxyFor("https://example.com/", { HTTP_PROXY: "http://plain:3128" })).to.equal(
      undefined,
    );
  });

  it("reads the lower-case spelling too, and takes a proxy without a scheme for HTTP", () => {
    expect(proxyFor("https://example.com/", { https_proxy: "proxy:8080" })).to.equal(
      "http://proxy:8080",
    );
    expect(proxyFor("https://example.com/", { ...all, no_proxy: "example.com" })).to.equal(
      undefined,
    );
  });

  for (const url of ["http://localhost:1/", "https://127.0.0.9/", "http://[::1]:4566/"]) {
    it(`never sends ${url} away from this machine`, () => {
      expect(proxyFor(url, all)).to.equal(undefined);
    });
  }

  // As the tests of golang.org/x/net/http/httpproxy have it, for the provider reads it so.
  const cases = [
    { entry: "*", host: "s3.amazonaws.com", direct: true },
    { entry: "amazonaws.com", host: "s3.amazonaws.com", direct: true },
    { entry: "amazonaws.com", host: "amazonaws.com", direct: true },
    { entry: "amazonaws.com", host: "notamazonaws.com", direct: false },
    { entry: ".amazonaws.com", host: "s3.amazonaws.com", direct: true },
    { entry: ".amazonaws.com", host: "amazonaws.com", direct: false },
    { entry: "*.amazonaws.com", host: "s3.amazonaws.com", direct: true },
    { entry: "AmazonAWS.com", host: "S3.amazonaws.COM", direct: true },
    { entry: "example.com, amazonaws.com", host: "s3.amazonaws.com", direct: true },
    { entry: "amazonaws.com:443", host: "s3.amazonaws.com", direct: true },
    { entry: "amazonaws.com:8443", host: "s3.amazonaws.com", direct: false },
    { entry: "10.0.0.0/8", host: "10.1.2.3", direct: true },
    { entry: "10.0.0.0/8", host: "11.1.2.3", direct: false },
    { entry: "10.1.2.3", host: "10.1.2.3", direct: true },
    { entry: "fd00::/8", host: "[fd12::1]", direct: true },
    { entry: "fd00::/8", host: "10.1.2.3", direct: false },
    { entry: "", host: "s3.amazonaws.com", direct: false },
    { entry: ",", host: "s3.amazonaws.com", direct: false },
  ];
  for (const { entry, host, direct } of cases) {
    it(`sends ${host} ${direct ? "directly" : "through the proxy"} with NO_PROXY=${entry}`, () => {
      const proxy = proxyFor(`https://${host}/`, { ...all, NO_PROXY: entry });
      expect(proxy === undefined).to.equal(direct);
    });
  }
});

describe("a proxy of the environment", () => {
  for (const name of ["HTTP_PROXY", "http_proxy"]) {
    it(`is used by fetch when ${name} names it`, () =>
      withProxy("the archive", ({ url, requests }) =>
        withVariables({ ...NO_VARIABLES, [name]: url }, async () => {
          // Act
          const response = await fetching("http://archive.example/cifar.tar.gz");

          // Assess
          expect(await text(response.body)).to.equal("the archive");
          expect(requests).to.deep.equal(["GET http://archive.example/cifar.tar.gz"]);
        }),
      ));
  }

  it("is asked for a tunnel by fetch over HTTPS, and not by HTTP_PROXY alone", () =>
    withProxy("", ({ url, requests }) =>
      withVariables({ ...NO_VARIABLES, HTTPS_PROXY: url }, async () => {
        const outcome = await fetching("https://archive.example/cifar.tar.gz").catch(
          (error: unknown) => error,
        );
        expect(outcome).to.be.instanceOf(Error);
        expect(requests).to.deep.equal(["CONNECT archive.example:443"]);
      }),
    ));

  it("is used by the S3 client, for each bucket's own host", () =>
    withProxy("content", ({ url, requests }) =>
      withVariables({ ...NO_VARIABLES, HTTP_PROXY: url }, async () => {
        // Prepare
        const s3 = new S3Client({
          ...clientSettings({ maxSockets: 4 }),
          ...PLACE,
          endpoint: "http://s3.example",
        });

        // Act
        await s3.send(new GetObjectCommand({ Bucket: "photos", Key: "a.png" }));
        s3.destroy();

        // Assess
        expect(requests).to.deep.equal(["GET http://photos.s3.example/a.png?x-id=GetObject"]);
      }),
    ));

  it("is asked for a tunnel by the other clients, to the region's host", () =>
    withProxy("", ({ url, requests }) =>
      withVariables({ ...NO_VARIABLES, https_proxy: url }, async () => {
        const sagemaker = new SageMakerClient({ ...clientSettings(), ...PLACE });
        const outcome = await sagemaker
          .send(new DescribeEndpointCommand({ EndpointName: "e" }))
          .catch((error: unknown) => error);
        sagemaker.destroy();
        expect(outcome).to.be.instanceOf(Error);
        expect(requests).to.deep.equal(["CONNECT api.sagemaker.eu-west-1.amazonaws.com:443"]);
      }),
    ));

  it("is left out for a server on this machine", () =>
    withProxy("", ({ url, requests }) =>
      withServer([{ status: 200, body: { EndpointName: "e" } }], ({ environment }) =>
        withVariables({ ...NO_VARIABLES, HTTP_PROXY: url, HTTPS_PROXY: url }, async () => {
          const sagemaker = new SageMakerClient({
            ...clientSettings(),
            ...PLACE,
            endpoint: environment["AWS_ENDPOINT_URL"] ?? "",
          });
          const { EndpointName } = await sagemaker.send(
            new DescribeEndpointCommand({ EndpointName: "e" }),
          );
          sagemaker.destroy();
          expect(EndpointName).to.equal("e");
          expect(requests).to.deep.equal([]);
        }),
      ),
    ));
});
