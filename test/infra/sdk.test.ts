import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { expect } from "chai";

const SDK = path.resolve(__dirname, "../../infra/sdk.cjs");

/** Runs statements in a process that has loaded the SDK in this way; they call `print` once. */
function afterLoading(statements: string, variables: Record<string, string> = {}): unknown {
  const script = `
    require(${JSON.stringify(SDK)});
    const pulumi = require("@pulumi/pulumi");
    const print = (value) => console.log(JSON.stringify(value));
    (async () => { ${statements} })();
  `;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", script], {
    encoding: "utf8",
    cwd: path.dirname(SDK),
    env: { PATH: process.env["PATH"], ...variables },
  });
  expect(status, stderr).to.equal(0);
  return JSON.parse(stdout);
}

describe("Pulumi's SDK, as the program loads it", () => {
  it("loads what makes functions of closures when a closure is given, and not before", () => {
    const [before, text, after] = afterLoading(`
      const parts = ["/typescript/lib/typescript.js", "/arborist/lib/node.js"];
      const loaded = () => parts.map((part) =>
        Object.keys(require.cache).some((file) => file.endsWith(part)));
      const before = loaded();
      const { text } = await pulumi.runtime.serializeFunction(() => 41 + 1);
      await pulumi.runtime.computeCodePaths({ extraExcludePackages: [] }).catch(() => undefined);
      print([before, text, loaded()]);
    `) as [boolean[], string, boolean[]];

    expect(before).to.deep.equal([false, false]);
    expect(text).to.include("exports.handler = ").and.to.include("41 + 1");
    expect(after).to.deep.equal([true, true]);
  });

  it("tells the engine every debug message, in order, those of a while in one call", () => {
    const calls = afterLoading(`
      const settings = require("@pulumi/pulumi/runtime/settings");
      const calls = [];
      settings.getEngine = () => ({
        log: (request, done) => { calls.push(request.getMessage()); setTimeout(done, 20); },
      });
      pulumi.log.debug("first");
      pulumi.log.debug("second");
      await new Promise((resolve) => setTimeout(resolve, 100));
      pulumi.log.debug("third");
      await settings.waitForRPCs();
      print(calls);
    `);

    expect(calls).to.deep.equal(["first\nsecond", "third"]);
  });

  it("still knows the promises that were left, and says where they were made when it is asked to", () => {
    const statements = `
      const debuggable = require("@pulumi/pulumi/runtime/debuggable");
      debuggable.debuggablePromise(new Promise(() => undefined), "forgotten");
      console.error = () => undefined;
      const [leaked] = debuggable.leakedPromises();
      print([...leaked].map((promise) => debuggable.promiseDebugString(promise)));
    `;

    const [quiet] = afterLoading(statements) as string[];
    const [asked] = afterLoading(statements, { PULUMI_DEBUG_PROMISE_LEAKS: "1" }) as string[];

    expect(quiet).to.include("forgotten").and.not.include("debuggable.js");
    expect(asked).to.include("forgotten").and.to.include("debuggable.js");
  });
});
