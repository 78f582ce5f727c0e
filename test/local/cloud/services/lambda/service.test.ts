import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import {
  Lambda,
  type FunctionConfiguration,
} from "../../../../../local/cloud/services/lambda/service";

const ARN = "arn:aws:lambda:us-east-1:000000000000:function:f";

describe("the local Lambda", () => {
  let lambda: Lambda;

  beforeEach(() => {
    lambda = new Lambda();
  });
  afterEach(async () => {
    await lambda.stop();
  });

  const configuration = (code: string): FunctionConfiguration => ({
    arn: ARN,
    name: "f",
    handler: "index.handler",
    files: new Map([["index.mjs", code]]),
    environment: { COLOUR: "red" },
    timeoutSeconds: 5,
  });
  /** Deploys a module that exports `handler`. */
  const deploy = (code: string, changes: Partial<FunctionConfiguration> = {}) =>
    lambda.createFunction({ ...configuration(code), ...changes });

  it("hands the event to the handler and answers with what it returns", async () => {
    // Prepare
    await deploy("export const handler = async (event) => ({ twice: event.value * 2 });");

    // Act and assess
    expect(await lambda.invoke(ARN, { value: 21 })).to.deep.equal({ payload: { twice: 42 } });
  });

  it("takes .js as CommonJS and .mjs as an ES module", async () => {
    // Prepare
    const files = new Map([
      ["index.js", "const top = typeof this; exports.handler = async () => top;"],
    ]);
    await deploy("", { files });

    // Act
    const common = await lambda.invoke(ARN, {});
    await lambda.updateFunction(
      configuration("const top = typeof this; export const handler = () => top;"),
    );
    const module = await lambda.invoke(ARN, {});

    // Assess
    expect(common).to.deep.equal({ payload: "object" });
    expect(module).to.deep.equal({ payload: "undefined" });
  });

  it("shows the handler the environment of its function, and nothing else", async () => {
    // Prepare
    await deploy(
      "export const handler = () => ({ colour: process.env.COLOUR, path: process.env.PATH });",
    );

    // Act and assess
    expect(await lambda.invoke(ARN, {})).to.deep.equal({
      payload: { colour: "red" },
    });
  });

  it("reports an error with its name, message and trace", async () => {
    // Prepare
    await deploy(
      "export const handler = async () => { throw Object.assign(new Error('no'), { name: 'OddError' }); };",
    );

    // Act
    const result = await lambda.invoke(ARN, {});

    // Assess
    expect(result).to.have.property("error").that.includes({ name: "OddError", message: "no" });
    expect((result as { error: { trace: string[] } }).error.trace[0]).to.match(/Error: no$/);
  });

  it("ends a handler that takes too long, and goes on with a new environment", async () => {
    // Prepare
    await deploy(
      "export const handler = (event) => event.hang ? new Promise(() => {}) : 'alive';",
      { timeoutSeconds: 3 },
    );

    // Act
    const late = await lambda.invoke(ARN, { hang: true });
    const next = await lambda.invoke(ARN, {});

    // Assess
    expect(late).to.have.nested.property("error.name", "Sandbox.Timedout");
    expect(next).to.deep.equal({ payload: "alive" });
  });

  it("reports a function that ends its process, and goes on with a new environment", async () => {
    // Prepare
    await deploy("export const handler = (event) => event.exit ? process.exit(1) : 'alive';");

    // Act
    const ended = await lambda.invoke(ARN, { exit: true });
    const next = await lambda.invoke(ARN, {});

    // Assess
    expect(ended).to.have.nested.property("error.name", "Runtime.ExitError");
    expect(next).to.deep.equal({ payload: "alive" });
  });

  it("gives those that wait a new environment when theirs has ended", async () => {
    // Prepare
    await deploy("export const handler = (event) => event.exit ? process.exit(1) : 'alive';");
    const ending = [1, 2].map(() => lambda.invoke(ARN, { exit: true }));

    // Act
    const waiting = await Promise.all([3, 4, 5].map(() => lambda.invoke(ARN, {})));

    // Assess
    for (const ended of await Promise.all(ending)) {
      expect(ended).to.have.nested.property("error.name", "Runtime.ExitError");
    }
    expect(waiting).to.deep.equal([1, 2, 3].map(() => ({ payload: "alive" })));
  });

  it("reports a package that does not load, or does not export the handler", async () => {
    for (const [code, name] of [
      ["throw new RangeError('broken');", "RangeError"],
      ["export const other = 1;", "Runtime.HandlerNotFound"],
    ] as const) {
      await deploy(code);

      expect(await lambda.invoke(ARN, {})).to.have.nested.property("error.name", name);
      await lambda.deleteFunction(ARN);
    }
  });

  it("refuses a function that is there already, and keeps the one that is", async () => {
    // Prepare
    await deploy("export const handler = () => 1;");

    // Act
    const error = await deploy("export const handler = () => 2;").catch((e: unknown) => e);

    // Assess
    expect(error).to.have.property("name", "ResourceConflictException");
    expect(await lambda.invoke(ARN, {})).to.deep.equal({ payload: 1 });
  });

  it("gives each environment one event at a time, and makes a third wait", async () => {
    // Prepare
    await deploy(
      `let busy = false;
       export const handler = async (event) => {
         if (busy) throw new Error("two at once");
         busy = true;
         await new Promise((resolve) => setTimeout(resolve, 20));
         busy = false;
         return event;
       };`,
    );

    // Act
    const results = await Promise.all([1, 2, 3, 4, 5].map((value) => lambda.invoke(ARN, value)));

    // Assess
    expect(results).to.deep.equal([1, 2, 3, 4, 5].map((payload) => ({ payload })));
  });

  it("keeps what a function prints as its log, in order and before its answer", async () => {
    // Prepare
    const print = (text: string) =>
      `export const handler = (event) => { console.log(${text}); if (event.fail) throw new Error("no"); };`;
    await deploy(print('"first " + event.value'));

    // Act
    await lambda.invoke(ARN, { value: 1 });
    await lambda.invoke(ARN, { value: 2, fail: true });
    await lambda.updateFunction(configuration(print('"two\\nlines"')));
    await lambda.invoke(ARN, {});

    // Assess
    expect(lambda.logs(ARN)).to.deep.equal(["first 1", "first 2", "two", "lines"]);
    expect(() => lambda.logs(`${ARN}2`)).to.throw("Function not found");
  });

  it("keeps what a function has printed before it hangs or ends its process", async () => {
    // Prepare
    await deploy(
      `export const handler = (event) => {
         console.log(event);
         if (event === "ends") process.exit(1);
         for (;;) {}
       };`,
      { timeoutSeconds: 3 },
    );

    // Act
    await lambda.invoke(ARN, "hangs");
    await lambda.invoke(ARN, "ends");

    // Assess
    expect(lambda.logs(ARN)).to.deep.equal(["hangs", "ends"]);
  });

  it("hands over events and answers as JSON", async () => {
    // Prepare
    await deploy(
      "export const handler = (event) => event.nothing ? undefined : [typeof event.at, new Date(0)];",
    );

    // Act
    const answer = await lambda.invoke(ARN, { at: new Date(0) });
    const nothing = await lambda.invoke(ARN, { nothing: true });

    // Assess
    expect(answer).to.deep.equal({ payload: ["string", "1970-01-01T00:00:00.000Z"] });
    expect(nothing).to.deep.equal({ payload: null });
  });

  it("keeps errors that a function prints too", async () => {
    // Prepare
    await deploy("export const handler = () => { console.error('broken'); };");

    // Act
    await lambda.invoke(ARN, {});

    // Assess
    expect(lambda.logs(ARN)).to.deep.equal(["broken"]);
  });

  it("keeps the newest 1,000 lines of a log", async () => {
    // Prepare
    await deploy(
      "export const handler = () => { for (let line = 0; line < 1_003; line++) console.log(line); };",
    );

    // Act
    await lambda.invoke(ARN, {});

    // Assess
    const lines = lambda.logs(ARN);
    expect(lines).to.have.length(1_000);
    expect([lines[0], lines.at(-1)]).to.deep.equal(["3", "1002"]);
  });

  it("survives a function that crashes between two events", async () => {
    // Prepare
    await deploy(
      "export const handler = () => { setTimeout(() => { throw new Error('late'); }, 5); return 'ok'; };",
    );

    // Act
    const first = await lambda.invoke(ARN, {});
    await new Promise((resolve) => setTimeout(resolve, 500));
    const second = await lambda.invoke(ARN, {});

    // Assess
    expect([first, second]).to.deep.equal([{ payload: "ok" }, { payload: "ok" }]);
  });

  it("keeps the answer of a function that has crashed before anybody read it", async () => {
    // Prepare
    await deploy(
      "export const handler = () => { setTimeout(() => { throw new Error('late'); }); return 'ok'; };",
    );

    // Act: this thread has much else to do
    const answer = lambda.invoke(ARN, {});
    const busy = setInterval(() => {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    });
    const result = await answer;
    clearInterval(busy);

    // Assess
    expect(result).to.deep.equal({ payload: "ok" });
  });

  it("ends what is running and turns away what waits when it is stopped", async () => {
    // Prepare
    await deploy("export const handler = () => new Promise(() => {});");
    const invocations = [1, 2, 3].map((value) => lambda.invoke(ARN, value));

    // Act
    await new Promise((resolve) => setTimeout(resolve, 100));
    await lambda.stop();

    // Assess
    for (const result of await Promise.all(invocations)) {
      expect(result).to.have.nested.property("error.name", "Runtime.ExitError");
    }
  });

  it("counts an environment as taken that goes on with what has waited", async () => {
    // Prepare
    await deploy("export const handler = (event) => event.hang ? new Promise(() => {}) : 'done';");
    const quick = [1, 2].map(() => lambda.invoke(ARN, {}));
    const hanging = [3, 4].map(() => lambda.invoke(ARN, { hang: true }));
    await Promise.all(quick);

    // Act
    const late = lambda.invoke(ARN, {});
    await lambda.stop();

    // Assess
    for (const result of await Promise.all([...hanging, late])) {
      expect(result).to.have.nested.property("error.name", "Runtime.ExitError");
    }
  });

  it("does not keep the process alive for a function that has answered", () => {
    // Prepare
    const script = `
      const { Lambda } = require(${JSON.stringify(require.resolve("../../../../../local/cloud/services/lambda/service"))});
      const code = "export const handler = () => { console.log('printed'); return 'answered'; };";
      const lambda = new Lambda();
      const deployed = lambda.createFunction({
        ...${JSON.stringify(configuration(""))}, files: new Map([["index.mjs", code]]),
      });
      deployed.then(() => lambda.invoke(${JSON.stringify(ARN)}, {})).then(({ payload }) => console.log(payload));
      process.on("exit", () => require("node:fs").rmSync(process.env.TMPDIR, { recursive: true }));
    `;
    const TMPDIR = mkdtempSync(path.join(tmpdir(), "alive-"));

    // Act
    const options = ["--require", require.resolve("tsx/cjs"), "-e", script];
    const printed = execFileSync(process.execPath, options, {
      encoding: "utf8",
      env: { ...process.env, TMPDIR },
      timeout: 30_000,
    });

    // Assess
    expect(printed).to.equal("answered\n");
  });

  it("refuses a handler whose file is not in the package, and a function that is not there", async () => {
    const missing = await deploy("", { handler: "main.handler" }).catch((error: unknown) => error);
    const unknown = await lambda.invoke(`${ARN}2`, {}).catch((error: unknown) => error);

    expect(missing).to.have.property("name", "InvalidParameterValueException");
    expect(unknown).to.have.property("name", "ResourceNotFoundException");
  });

  it("leaves no unpacked code behind", async () => {
    // Prepare
    const unpacked = () => readdirSync(tmpdir()).filter((name) => name.startsWith("lambda-"));
    const before = unpacked().length;
    await deploy("export const handler = () => 1;");
    await lambda.invoke(ARN, {});
    const during = unpacked().length;

    // Act
    await lambda.stop();

    // Assess
    expect(during).to.equal(before + 1);
    expect(unpacked().length).to.equal(before);
  });
});
