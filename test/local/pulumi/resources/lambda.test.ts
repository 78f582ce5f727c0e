import { readdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { Cloud } from "../../../../local/cloud";
import { rejectionOf, Resources, startCloud, trust } from "./support";

const asset = (code: string) => new pulumi.asset.StringAsset(code);
const archive = (code: string) =>
  new pulumi.asset.AssetArchive({ "index.mjs": asset(`export const handler = ${code};`) });

const archiveOf = (file: string) =>
  new pulumi.asset.AssetArchive({ "index.mjs": new pulumi.asset.FileAsset(file) });

describe("functions", () => {
  let cloud: Cloud;
  let folder: string;
  const functions = new Resources("aws:lambda/function:Function", () => cloud);

  const inputs = (code: string) => ({
    name: "classify",
    role: cloud.roleArn("runner"),
    handler: "index.handler",
    code: archive(code),
    memorySize: 256,
    environment: { variables: { COLOUR: "red" } },
  });
  const arn = () => cloud.arn("lambda", "function:classify");
  const invoke = (event: unknown = {}) => cloud.lambda.invoke(arn(), event);
  const packages = () => readdirSync(tmpdir()).filter((name) => name.startsWith("lambda-")).length;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "functions-test-"));
  });
  after(() => rm(folder, { recursive: true }));
  beforeEach(async () => {
    cloud = await startCloud();
    cloud.authority.putRole(cloud.roleArn("runner"), trust("lambda.amazonaws.com"));
  });
  afterEach(() => cloud.stop());

  it("run their code with their variables and the credentials of their role", async () => {
    // Act
    const made = await functions.create("function", inputs("() => ({ ...process.env })"));

    // Assess
    expect(made).to.deep.include({ id: "classify", name: "classify", arn: arn() });
    const { accessKeyId } = cloud.authority.assumeRole(
      cloud.roleArn("runner"),
      "lambda.amazonaws.com",
    );
    expect(await invoke())
      .to.have.property("payload")
      .that.includes({
        COLOUR: "red",
        AWS_LAMBDA_FUNCTION_NAME: "classify",
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_ENDPOINT_URL: cloud.endpoint,
      });
  });

  it("change code and variables in place, for what is invoked from then on", async () => {
    // Prepare
    const { id } = await functions.create("function", inputs("() => 'old'"));
    const before = await invoke();

    // Act
    await functions.update(id, "function", {
      ...inputs("() => process.env.COLOUR"),
      environment: { variables: { COLOUR: "blue" } },
    });

    // Assess
    expect(before).to.deep.equal({ payload: "old" });
    expect(await invoke()).to.deep.equal({ payload: "blue" });
  });

  it("end with the old code what was begun with it, and leave no package of it", async () => {
    // Prepare
    const before = packages();
    const slow = "() => new Promise((resolve) => setTimeout(() => resolve('old'), 100))";
    const { id } = await functions.create("function", inputs(slow));
    // The third waits until the first or the second has ended.
    const underWay = [invoke(), invoke(), invoke()];

    // Act
    await functions.update(id, "function", inputs("() => 'new'"));
    const after = await invoke();
    const ended = await Promise.all(underWay);

    // Assess
    expect(after).to.deep.equal({ payload: "new" });
    expect(ended).to.deep.equal(Array.from({ length: 3 }, () => ({ payload: "old" })));
    expect(packages()).to.equal(before + 1);
  });

  it("keep their code when the new package is refused", async () => {
    // Prepare
    const { id } = await functions.create("function", inputs("() => 'old'"));

    // Act
    const error = await rejectionOf(
      functions.update(id, "function", { ...inputs("() => 'new'"), handler: "main.handler" }),
    );

    // Assess
    expect(error).to.have.property("name", "InvalidParameterValueException");
    expect(await invoke()).to.deep.equal({ payload: "old" });
  });

  it("are gone when they are deleted, with their package; once more does no harm", async () => {
    // Prepare
    const before = packages();
    const { id } = await functions.create("function", inputs("() => 'old'"));
    await invoke();

    // Act
    await functions.delete(id, "function", inputs("() => 'old'"));
    await functions.delete(id, "function", inputs("() => 'old'"));

    // Assess
    expect(await rejectionOf(invoke())).to.have.property("name", "ResourceNotFoundException");
    expect(cloud.lambda.arns).to.deep.equal([]);
    expect(packages()).to.equal(before);
  });

  it("cannot be updated once they are deleted", async () => {
    // Act
    const error = await rejectionOf(functions.update("classify", "function", inputs("() => 1")));

    // Assess
    expect(error).to.have.property("name", "ResourceNotFoundException");
  });

  it("are refused with a role that does not trust Lambda", async () => {
    // Prepare
    cloud.authority.putRole(cloud.roleArn("runner"), trust("states.amazonaws.com"));

    // Act
    const error = await rejectionOf(functions.create("function", inputs("() => 1")));

    // Assess
    expect(error).to.have.property("name", "AccessDenied");
  });

  it("run a file of the project as they run text", async () => {
    // Prepare
    const file = path.join(folder, "handler.mjs");
    await writeFile(file, "export const handler = () => 'filed';");
    const code = archiveOf(path.relative(cloud.projectRoot, file));

    // Act
    await functions.create("function", { ...inputs(""), code });

    // Assess
    expect(await invoke()).to.deep.equal({ payload: "filed" });
  });

  it("find what lies beside their code, byte by byte", async () => {
    // Prepare
    const file = path.join(folder, "picture.png");
    await writeFile(file, Buffer.from([0x89, 0xff]));
    const code = new pulumi.asset.AssetArchive({
      "index.js": asset(`
        const { readFileSync } = require("node:fs");
        exports.handler = async () => [...readFileSync(__dirname + "/picture.png")];
      `),
      "picture.png": new pulumi.asset.FileAsset(file),
    });

    // Act
    await functions.create("function", { ...inputs(""), code });

    // Assess
    expect(await invoke()).to.deep.equal({ payload: [0x89, 0xff] });
  });

  it("are refused with a package that has to be fetched or unpacked first", async () => {
    for (const part of [new pulumi.asset.RemoteAsset("https://example.com/a"), archive("1")]) {
      const code = new pulumi.asset.AssetArchive({ part });
      const error = await rejectionOf(functions.create("f", { ...inputs(""), code }));
      expect(error).to.have.property("message").that.includes("part: the local Lambda");
    }
  });

  it("answer at a URL once everybody may call both it and them, and no longer than it is there", async () => {
    // Prepare
    await functions.create("function", inputs("() => ({ statusCode: 200, body: 'a page' })"));
    const urls = new Resources("aws:lambda/functionUrl:FunctionUrl", () => cloud);
    const permissions = new Resources("aws:lambda/permission:Permission", () => cloud);
    const urlInputs = { functionName: "classify", authorizationType: "NONE" };
    const everybody = (action: string) => ({ function: "classify", action, principal: "*" });
    const statuses: number[] = [];

    // Act
    const { id, functionUrl } = await urls.create("url", urlInputs);
    const visit = async () => statuses.push((await fetch(String(functionUrl))).status);
    await visit();
    await permissions.create("url", everybody("lambda:InvokeFunctionUrl"));
    await visit();
    const call = everybody("lambda:InvokeFunction");
    const { id: callId } = await permissions.create("call", call);
    await visit();
    await permissions.delete(callId, "call", call);
    await visit();
    await urls.delete(id, "url", urlInputs);
    const gone = await rejectionOf(visit());

    // Assess
    expect(statuses).to.deep.equal([403, 403, 200, 403]);
    expect(gone).to.be.instanceOf(TypeError);
  });
});
