import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import * as path from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { runContainer, withFolder, writeJob } from "./support";

/** Writes down what a Node process looks up or connects to, other than this machine. */
const SPY = `
const { appendFileSync } = require("node:fs");
const dns = require("node:dns");
const note = (name) => {
  if (name !== "localhost") appendFileSync(process.env.LOOKUPS, name + "\\n");
};
for (const owner of [dns, dns.promises]) {
  for (const method of ["lookup", "resolve", "resolve4", "resolve6", "resolveAny"]) {
    const original = owner[method];
    owner[method] = (name, ...rest) => (note(name), original.call(owner, name, ...rest));
  }
}
`;

describe("the model runtime", function () {
  this.timeout(120_000);

  /**
   * Runs with a home, a temporary folder and a proxy of its own. Native code is beyond the spy, but
   * the runtime's uploads take the proxy: without the switch one arrives within ten seconds.
   */
  async function watched(
    root: string,
    act: (environment: NodeJS.ProcessEnv) => Promise<void>,
  ): Promise<{ readonly calls: readonly string[]; readonly files: readonly string[] }> {
    const folders = { HOME: path.join(root, "home"), TMPDIR: path.join(root, "tmp") };
    const LOOKUPS = path.join(root, "lookups");
    const spy = path.join(root, "spy.cjs");
    await Promise.all(Object.values(folders).map((folder) => mkdir(folder)));
    await writeFile(spy, SPY);
    const calls: string[] = [];
    const proxy = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", (data) => {
        calls.push(data.toString("latin1").split("\r\n")[0] ?? "");
        socket.destroy();
      });
    });
    await new Promise<void>((done) => proxy.listen(0, "127.0.0.1", done));
    const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const names = ["http_proxy", "https_proxy", "all_proxy"];
    const proxies = [...names, ...names.map((name) => name.toUpperCase())].map((name) => [
      name,
      url,
    ]);
    const inherited = { ...process.env };
    // Neither a switch nor a cache folder from outside may decide what is seen.
    for (const name of ["ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME"]) {
      Reflect.deleteProperty(inherited, name);
    }
    try {
      await act({
        ...inherited,
        ...folders,
        ...(Object.fromEntries(proxies) as NodeJS.ProcessEnv),
        LOOKUPS,
        NODE_OPTIONS: `--require ${spy}`,
      });
    } finally {
      proxy.close();
    }
    const lookups = existsSync(LOOKUPS) ? (await readFile(LOOKUPS, "utf8")).split("\n") : [];
    const left = await Promise.all(
      Object.values(folders).map((folder) => readdir(folder, { recursive: true })),
    );
    return {
      calls: [...calls, ...lookups.filter(Boolean)],
      // The TypeScript loader's cache is no trace of the runtime.
      files: left.flat().filter((file) => !file.startsWith("tsx-")),
    };
  }

  it("asks no other machine and leaves no file of its own, in training and in serving", async () => {
    await withFolder(async (root) => {
      // Prepare
      await writeJob(root, { epochs: "1" });

      // Act
      const { calls, files } = await watched(root, async (environment) => {
        const { exitCode, errors } = await runContainer(root, undefined, environment);
        expect(exitCode, errors).to.equal(0);
        const script = path.join(__dirname, "serveOnce.ts");
        const args = ["--import", "tsx", script, path.join(root, "model")];
        const { stdout } = await promisify(execFile)(process.execPath, args, { env: environment });
        expect(JSON.parse(stdout)).to.have.length(3);
      });

      // Assess
      expect(calls).to.deep.equal([]);
      expect(files).to.deep.equal([]);
    });
  });
});
