import { expect } from "chai";
import type { Cloud } from "../../../../local/cloud";
import { rejectionOf, Resources, startCloud } from "./support";

describe("commands", () => {
  let cloud: Cloud;
  const commands = new Resources("command:local:Command", () => cloud);

  before(async () => {
    cloud = await startCloud();
  });
  after(() => cloud.stop());

  it("run in the project as the person who deploys, and put out what they print", async () => {
    // Act
    const { stdout, stderr } = await commands.create("command", {
      create: 'echo "$PWD $AWS_ENDPOINT_URL $COLOUR"; echo progress >&2',
      environment: { COLOUR: "red" },
    });

    // Assess
    expect(stdout).to.equal(`${cloud.projectRoot} ${cloud.endpoint} red\n`);
    expect(stderr).to.equal("");
  });

  it("have an id each, also of two that are alike", async () => {
    const ids = [
      (await commands.create("command", { create: "true" })).id,
      (await commands.create("command", { create: "true" })).id,
    ];
    expect(new Set(ids).size).to.equal(2);
  });

  it("run by the interpreter that they name", async () => {
    // Act
    const { stdout } = await commands.create("command", {
      create: "process.stdout.write(String(6 * 7))",
      interpreter: [process.execPath, "-e"],
    });

    // Assess
    expect(stdout).to.equal("42");
  });

  it("run again on a change, unless there is a command for changes", async () => {
    // Act
    const again = await commands.update("id", "command", { create: "echo made" });
    const other = await commands.update("id", "command", {
      create: "echo made",
      update: "echo changed",
    });

    // Assess
    expect(again).to.deep.equal({ stdout: "made\n", stderr: "" });
    expect(other).to.deep.equal({ stdout: "changed\n", stderr: "" });
  });

  it("run on a deletion only if there is a command for it", async () => {
    // Act
    await commands.delete("id", "command", { create: "exit 1" });
    const error = await rejectionOf(
      commands.delete("id", "command", { create: "true", delete: "echo gone >&2; exit 3" }),
    );

    // Assess
    expect(error).to.have.property("message").that.includes("exit code 3").and.includes("gone");
  });

  it("fail with their exit code and the end of what they said", async () => {
    // Act
    const error = await rejectionOf(
      commands.create("command", {
        create: "for i in $(seq 30); do echo line$i >&2; done; exit 7",
      }),
    );

    // Assess
    expect(error).to.have.property("name", "CommandError");
    expect(error)
      .to.have.property("message")
      .that.matches(/^command: the command ended with exit code 7\nline11\n/)
      .and.matches(/line30$/);
  });

  it("fail when they are ended by a signal, or by what cannot be started", async () => {
    // Act
    const killed = await rejectionOf(commands.create("command", { create: "kill -9 $$" }));
    const missing = await rejectionOf(
      commands.create("command", { create: "", interpreter: ["/no/such/program"] }),
    );

    // Assess
    expect(killed).to.have.property("message").that.includes("by a signal");
    expect(missing).to.have.property("code", "ENOENT");
  });
});
