import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { expect } from "chai";

const MAIN = path.resolve(__dirname, "../../infra/main.cjs");

describe("the program", () => {
  it("loads of its packages what it uses, for a preview waits for it", () => {
    // Prepare
    // Outside of Pulumi it ends when it asks for the stack's config, with all of it loaded.
    const script = `
      let message = "";
      try { require(${JSON.stringify(MAIN)}); } catch (error) { message = error.message; }
      console.log(JSON.stringify({ message, files: Object.keys(require.cache) }));
    `;

    // Act
    const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", script], {
      encoding: "utf8",
      env: { PATH: process.env["PATH"] },
    });

    // Assess
    expect(status, stderr).to.equal(0);
    const { message, files } = JSON.parse(stdout) as { message: string; files: string[] };
    expect(message).to.include("configuration is not valid");
    const loaded = files.map((file) => file.split(path.sep).join("/"));
    const of = (part: string) => loaded.filter((file) => file.includes(part));
    expect(of("/infra/hosting.ts")).to.have.length(1);
    expect(of("/@pulumi/aws/index.js"), "all services of AWS").to.deep.equal([]);
    expect(of("/@pulumi/awsx/index.js"), "all components of awsx").to.deep.equal([]);
    expect(of("/@aws-sdk/"), "what commands and functions need").to.deep.equal([]);
    expect(of("/jimp/"), "what functions need").to.deep.equal([]);
    expect(of("/typescript.js"), "what the SDK needs for closures").to.deep.equal([]);
  });

  it("exports what the program exports, which Pulumi makes the stack's outputs of", () => {
    // Prepare
    const script = `
      const file = ${JSON.stringify(path.resolve(MAIN, "../index.ts"))};
      const program = Object.assign(new module.constructor(file), { loaded: true });
      program.exports = { endpointName: "mine" };
      require.cache[file] = program;
      console.log(JSON.stringify(require(${JSON.stringify(MAIN)})));
    `;

    // Act
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });

    // Assess
    expect(JSON.parse(stdout), stderr).to.deep.equal({ endpointName: "mine" });
  });
});
