import { connect } from "node:net";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { expect } from "chai";
import { Gateway } from "../../../local/cloud/gateway";
import { Authority, LOCAL_ACCOUNT_ID, type Credentials } from "../../../local/cloud/iam";
import { AwsError, type Service, type ServiceRequest } from "../../../local/cloud/protocol";

const REGION = "eu-west-1";

/** Tells back what it was asked, or fails as it is told to. */
class Echo implements Service {
  readonly requests: ServiceRequest[] = [];
  failure: Error | undefined;

  handle(request: ServiceRequest) {
    this.requests.push(request);
    if (this.failure !== undefined) {
      return Promise.reject(this.failure);
    }
    return Promise.resolve({ status: 200, body: request.body });
  }

  renderError({ code, status, message }: AwsError) {
    const body = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
    return { status, headers: { "content-type": "application/xml" }, body };
  }
}

describe("the gateway", () => {
  let authority: Authority;
  let echo: Echo;
  let bugs: Error[];
  let gateway: Gateway;
  let endpoint: string;
  let clients: { destroy: () => void }[];

  beforeEach(async () => {
    authority = new Authority(LOCAL_ACCOUNT_ID);
    echo = new Echo();
    bugs = [];
    clients = [];
    gateway = new Gateway(authority, (bug) => bugs.push(bug));
    gateway.register("s3", echo);
    endpoint = await gateway.start();
  });

  afterEach(async () => {
    clients.forEach((client) => {
      client.destroy();
    });
    await gateway.stop();
  });

  function s3(credentials: Credentials = authority.deployer): S3Client {
    const client = new S3Client({ endpoint, region: REGION, credentials, maxAttempts: 1 });
    clients.push(client);
    return client;
  }

  function put(credentials?: Credentials, body = "hello") {
    return s3(credentials).send(
      new PutObjectCommand({ Bucket: "bucket", Key: "a b/é+(1)*", Body: body }),
    );
  }

  async function failure(call: Promise<unknown>) {
    try {
      await call;
    } catch (error) {
      const { name, message, $metadata } = error as Error & {
        $metadata: { httpStatusCode: number };
      };
      return { name, message, status: $metadata.httpStatusCode };
    }
    throw new Error("it was answered");
  }

  /** Headers with which the deployer's client signs; the service then sees them as they are. */
  async function signedHeaders(): Promise<Record<string, string>> {
    await put();
    return { ...echo.requests.at(-1)?.headers };
  }

  it("passes a signed request on, whole and with its path as it was sent", async () => {
    // Act
    await put();

    // Assess
    const [request] = echo.requests;
    expect(request?.method).to.equal("PUT");
    expect(request?.url.pathname).to.equal("/bucket/a%20b/%C3%A9%2B%281%29%2A");
    expect(request?.body.toString()).to.equal("hello");
  });

  it("lets the service ask what the caller may do", async () => {
    // Prepare
    const role = `arn:aws:iam::${LOCAL_ACCOUNT_ID}:role/r`;
    const trust = { Effect: "Allow", Principal: { Service: "x" }, Action: "sts:AssumeRole" };
    const ViaS3 = { StringEquals: { "kms:ViaService": `s3.${REGION}.amazonaws.com` } };
    authority.putRole(role, JSON.stringify({ Statement: trust }));
    authority.putRolePolicy(
      role,
      "p",
      JSON.stringify({
        Statement: { Effect: "Allow", Action: "kms:Decrypt", Resource: "k", Condition: ViaS3 },
      }),
    );

    // Act
    await put(authority.assumeRole(role, "x"));

    // Assess
    const [request] = echo.requests;
    expect(() => request?.authorize("kms:Decrypt", "k")).not.to.throw();
    expect(() => request?.authorize("kms:Encrypt", "k")).to.throw(/assumed-role\/r\/x/);
  });

  describe("takes a presigned URL", () => {
    const url = async (seconds: number) => presign(s3(), endpoint, "/bucket/a%20b", seconds);

    it("for as long as it is valid", async () => {
      // Act
      const answer = await fetch(await url(60));

      // Assess
      expect(answer.status).to.equal(200);
      expect(echo.requests[0]?.url.pathname).to.equal("/bucket/a%20b");
    });

    it("and refuses it afterwards", async () => {
      // Act
      const answer = await fetch(await url(-1));

      // Assess
      expect(answer.status).to.equal(403);
      expect(await answer.text()).to.contain("Request has expired");
    });

    it("and refuses it for another object", async () => {
      // Act
      const answer = await fetch((await url(60)).replace("a%20b", "c"));

      // Assess
      expect(answer.status).to.equal(403);
      expect(await answer.text()).to.contain("SignatureDoesNotMatch");
    });
  });

  describe("refuses", () => {
    const strangers: readonly [
      rule: string,
      change: Partial<Credentials>,
      name: string,
      status: number,
    ][] = [
      ["an access key that is not known", { accessKeyId: "AKIANOBODY" }, "InvalidAccessKeyId", 403],
      ["another secret key", { secretAccessKey: "guess" }, "SignatureDoesNotMatch", 403],
      ["another session token", { sessionToken: "guess" }, "InvalidToken", 400],
    ];
    for (const [rule, change, name, status] of strangers) {
      it(rule, async () => {
        // Act
        const refused = await failure(put({ ...authority.deployer, ...change }));

        // Assess
        expect(refused).to.include({ name, status });
        expect(echo.requests).to.deep.equal([]);
      });
    }

    it("a request without a signature", async () => {
      // Act
      const answer = await fetch(`${endpoint}/bucket/a`);

      // Assess
      expect(answer.status).to.equal(403);
      expect(await answer.text()).to.contain("MissingAuthenticationToken");
    });

    it("a request whose path, header or body is not the one signed", async () => {
      // Prepare
      const headers = await signedHeaders();
      const ofConnection = ["host", "connection", "expect", "content-length"];
      const sent = Object.fromEntries(
        Object.entries(headers).filter(([name]) => !ofConnection.includes(name)),
      );
      const path = "/bucket/a%20b/%C3%A9%2B%281%29%2A?x-id=PutObject";
      const send = async (target: string, change: Record<string, string>, body: string) => {
        const init = { method: "PUT", headers: { ...sent, ...change }, body };
        const answer = await fetch(endpoint + target, init);
        return `${answer.status} ${/<Code>(\w+)/.exec(await answer.text())?.[1] ?? ""}`;
      };

      // Act
      const outcomes = [
        await send(path, {}, "hello"),
        await send(path.replace("bucket", "basket"), {}, "hello"),
        await send(path, { "content-type": "text/html" }, "hello"),
        await send(path, {}, "jello"),
      ];

      // Assess
      expect(outcomes).to.deep.equal([
        "200 ",
        "403 SignatureDoesNotMatch",
        "403 SignatureDoesNotMatch",
        "400 XAmzContentSHA256Mismatch",
      ]);
    });

    it("a service that is not there, by its name", async () => {
      // Prepare
      const client = new SageMakerRuntimeClient({
        endpoint,
        region: REGION,
        credentials: authority.deployer,
        maxAttempts: 1,
      });
      clients.push(client);

      // Act
      const refused = await failure(
        client.send(new InvokeEndpointCommand({ EndpointName: "e", Body: "x" })),
      );

      // Assess
      expect(refused.status).to.equal(501);
      expect(refused.name).to.equal("NotImplemented");
      expect(refused.message).to.contain('no service "sagemaker", only: s3');
    });

    it("a path with parts that a URL resolves away", async () => {
      // Prepare
      const { hostname, port } = new URL(endpoint);
      const socket = connect(Number(port), hostname);
      await once(socket, "connect");

      // Act
      socket.end("GET /bucket/../other HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
      const answer = await text(socket);

      // Assess
      expect(answer).to.match(/^HTTP\/1.1 400 /);
      expect(answer).to.contain("InvalidURI");
    });
  });

  it("renders what a service refuses in the service's own format", async () => {
    // Prepare
    echo.failure = new AwsError("SlowDown", 503, "Reduce your request rate");

    // Act
    const refused = await failure(put());

    // Assess
    expect(refused).to.deep.equal({
      name: "SlowDown",
      status: 503,
      message: "Reduce your request rate",
    });
    expect(bugs).to.deep.equal([]);
  });

  it("reports anything else a service throws as a bug", async () => {
    // Prepare
    echo.failure = new TypeError("undefined is not a function");

    // Act
    const refused = await failure(put());

    // Assess
    expect(refused).to.include({ name: "InternalError", status: 500 });
    expect(bugs).to.deep.equal([echo.failure]);
  });

  it("closes no connection that waits for its next request", async () => {
    // Act
    const { headers } = await fetch(endpoint);

    // Assess: a server that does so after a while says after how long.
    expect(headers.get("connection")).to.equal("keep-alive");
    expect(headers.get("keep-alive")).to.equal(null);
  });

  it("frees its port when it stops, keep-alive connections included", async () => {
    // Prepare
    await put();

    // Act
    await gateway.stop();

    // Assess
    const refused = await fetch(endpoint).catch((error: unknown) => error);
    expect(refused).to.have.nested.property("cause.code", "ECONNREFUSED");
  });
});

interface Presigner {
  presign(request: object, options: object): Promise<{ query: Record<string, string> }>;
}

/** A URL signed by the client's own signer. */
async function presign(
  client: S3Client,
  endpoint: string,
  path: string,
  expiresIn: number,
): Promise<string> {
  const signer = (await client.config.signer()) as unknown as Presigner;
  const { host, hostname, port, protocol } = new URL(endpoint);
  const headers = { host, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
  const request = {
    method: "GET",
    protocol,
    hostname,
    port: Number(port),
    path,
    query: {},
    headers,
  };
  const { query } = await signer.presign(request, { expiresIn });
  return `${endpoint}${path}?${new URLSearchParams(query).toString()}`;
}
