import { expect } from "chai";
import { FunctionUrls } from "../../../../../local/cloud/services/lambda/functionUrls";
import type { InvocationResult } from "../../../../../local/cloud/services/lambda/sandbox";

const FUNCTION = "arn:aws:lambda:eu-west-1:000000000000:function:page";

interface HttpEvent {
  readonly rawPath: string;
  readonly queryStringParameters?: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly requestContext: { readonly http: { readonly method: string } };
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

describe("a function's URL", () => {
  const urls = new FunctionUrls();
  let url: string;
  let isOpen = true;
  let events: HttpEvent[] = [];
  let answer: InvocationResult;

  before(async () => {
    url = await urls.create(FUNCTION, {
      invoke: (event) => {
        events.push(event as HttpEvent);
        return Promise.resolve(answer);
      },
      isOpen: () => isOpen,
    });
  });
  beforeEach(() => {
    isOpen = true;
    events = [];
    answer = { payload: { statusCode: 200 } };
  });
  after(() => urls.stop());

  it("hands requests to the function in the payload format 2.0", async () => {
    // Act
    await fetch(`${url}some/path?a=1&b=%26`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded", "x-own": "yes" },
      body: "label=cat",
    });
    await fetch(url, { method: "POST", body: new Uint8Array([1, 2]) });

    // Assess
    expect(events[0]).to.deep.include({
      rawPath: "/some/path",
      rawQueryString: "a=1&b=%26",
      queryStringParameters: { a: "1", b: "&" },
      body: "label=cat",
      isBase64Encoded: false,
    });
    expect(events[0]?.requestContext.http.method).to.equal("POST");
    expect(events[0]?.headers).to.include({ "x-own": "yes" });
    expect(events[1]).to.deep.include({ rawPath: "/", body: "AQI=", isBase64Encoded: true });
    expect(events[1]).not.to.have.property("queryStringParameters");
  });

  it("answers what the function says: status, headers and body", async () => {
    // Prepare
    answer = {
      payload: {
        statusCode: 303,
        headers: { Location: "/next", "Cache-Control": "no-store" },
        body: Buffer.from("äöü").toString("base64"),
        isBase64Encoded: true,
      },
    };

    // Act
    const response = await fetch(url, { redirect: "manual" });

    // Assess
    expect(response.status).to.equal(303);
    expect(response.headers.get("location")).to.equal("/next");
    expect(response.headers.get("cache-control")).to.equal("no-store");
    expect(await response.text()).to.equal("äöü");
  });

  it("answers 502 when the function fails, without its words", async () => {
    // Prepare
    answer = { error: { name: "Error", message: "a detail", trace: [] } };

    // Act
    const response = await fetch(url);

    // Assess
    expect(response.status).to.equal(502);
    expect(await response.text()).to.equal("Internal Server Error");
  });

  it("is closed to everybody who was not let in, and the function hears nothing", async () => {
    // Prepare
    isOpen = false;

    // Act
    const response = await fetch(url);

    // Assess
    expect(response.status).to.equal(403);
    expect(await response.json()).to.deep.equal({ Message: "Forbidden" });
    expect(events).to.deep.equal([]);
  });

  it("takes no more than Lambda does", async () => {
    // Act
    const response = await fetch(url, { method: "POST", body: "x".repeat(6 * 1024 * 1024 + 1) });

    // Assess
    expect(response.status).to.equal(413);
    expect(events).to.deep.equal([]);
  });

  it("is gone when it is deleted", async () => {
    // Prepare
    const other = await urls.create(`${FUNCTION}-2`, {
      invoke: () => Promise.resolve(answer),
      isOpen: () => true,
    });

    // Act
    await urls.delete(`${FUNCTION}-2`);
    const error = await fetch(other).catch((reason: unknown) => reason);

    // Assess
    expect(error).to.be.instanceOf(TypeError);
  });
});
