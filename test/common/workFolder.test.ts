import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import { createWorkFolder } from "../../common/workFolder";

describe("a work folder", () => {
  let parent = "";

  beforeEach(() => (parent = mkdtempSync(path.join(tmpdir(), "work-"))));
  afterEach(() => rmSync(parent, { recursive: true }));

  function leave(name: string): string {
    mkdirSync(path.join(parent, name));
    writeFileSync(path.join(parent, name, "file"), "half-written");
    return name;
  }

  it("is made anew, and takes away those of processes that are dead, and no other", () => {
    // Prepare
    const dead = spawnSync(process.execPath, ["--version"]).pid;
    leave(`program-${hostname()}-${dead}-aaaaaa`);
    const others = [
      leave(`program-${hostname()}-${process.pid}-bbbbbb`),
      leave(`program-elsewhere-${dead}-cccccc`),
      leave(`other-${hostname()}-${dead}-dddddd`),
      leave(`program-${hostname()}-notes`),
    ];

    // Act
    const made = createWorkFolder(parent, "program");

    // Assess
    expect(readdirSync(made)).to.deep.equal([]);
    expect(readdirSync(parent).sort()).to.deep.equal([...others, path.basename(made)].sort());
  });
});
