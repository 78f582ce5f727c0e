/** What `npm run classify` does with a deployed workflow. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, symlink, utimes, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { expect } from "chai";
import { ERRORS } from "../../../contract/inference";
import { PRICE } from "../../support/price";
import { PROJECT_ROOT } from "../../support/project";
import { NO_IMAGE, rowsOf, useCommands } from "./commands";
import type { DeployedWorkflow } from "./uploads";

/** Tests of a workflow that is deployed already. @param deployed asked for when a test begins */
export function describeClassify(deployed: () => DeployedWorkflow): void {
  const its = useCommands(deployed);
  const { run, pictures } = its;

  it("tells what became of each image of a folder, and of nothing else in it", async () => {
    // Prepare
    const images = await pictures("few", 4);
    await writeFile(path.join(images, "notes.txt"), "no image");
    await writeFile(path.join(images, ".hidden.png"), NO_IMAGE);
    await writeFile(path.join(images, "=broken.png"), NO_IMAGE);
    const out = path.join(its.folder, "few.csv");

    // Act
    const { stdout, stderr, code } = await run("classify", images, "--out", out);

    // Assess
    expect(code, stderr).to.equal(4);
    expect(stdout).to.match(/failed +1 +20\.0 % +UnreadableImageError 1/);
    expect(stdout).to.contain(`\nAbout $1.15. ${PRICE.basis}\n`);
    expect(stderr).to.contain("1 files are no images by their names");
    const [header, ...rows] = (await readFile(out, "utf8")).trimEnd().split("\n");
    expect(header).to.equal("source,verdict,label,confidence,error,scores,key,versionId,record");
    expect(rows).to.have.length(5);
    expect(rows.filter((row) => row.includes(ERRORS.unreadableImage))).to.have.length(1);
  });

  it("tells what became of the others where records are damaged, and names each", async () => {
    // Prepare
    const images = await pictures("damaged", 4);
    await writeFile(path.join(images, "broken.png"), NO_IMAGE);
    const out = path.join(its.folder, "damaged.json");
    await run("classify", images, "--out", out);
    const rows = await rowsOf(out);
    const damaged = ["accepted", "failed"].map((kind) =>
      String(rows.find(({ verdict }) => verdict === kind)?.["record"]),
    );
    await its.workflow.upload(damaged[0] ?? "", Buffer.from("{"));
    await its.workflow.upload(damaged[1] ?? "", Buffer.from('{"cause":"none"}'));

    // Act
    const { stdout, stderr, code } = await run("classify", images, "--out", out);
    const table = path.join(its.folder, "damaged.csv");
    await run("classify", images, "--out", table);
    await Promise.all(damaged.map((key) => its.workflow.delete(key)));

    // Assess
    expect(code, stderr).to.equal(4);
    expect(stdout)
      .to.match(/^damaged +2 +40\.0 %/m)
      .and.match(/^2 records cannot be read/m);
    expect(stdout).to.contain(`  ${damaged[0]}: it is no JSON`);
    expect(stdout).to.contain(`  ${damaged[1]}: ✖ `).and.contain("→ at error");
    const after = await rowsOf(out);
    const told = after.filter(({ verdict }) => verdict === "damaged");
    expect(told.map(({ record }) => record)).to.have.members(damaged);
    const others = (all: typeof rows) =>
      all.filter(({ record }) => !damaged.includes(String(record)));
    expect(others(after)).to.deep.equal(others(rows));
    expect(await readFile(table, "utf8")).to.match(/,damaged,,,it is no JSON: .*\.json$/m);
  });

  it("asks nothing of the endpoint when all of it is known, and says the same", async () => {
    // Prepare
    const images = await pictures("again", 3);
    const out = path.join(its.folder, "again.json");
    const first = await run("classify", images, "--out", out);
    const rows = await rowsOf(out);
    const asked = its.workflow.invocations();

    // Act
    const second = await run("classify", images, "--out", out);

    // Assess
    expect([first.code, second.code], second.stderr).to.deep.equal([0, 0]);
    expect(second.stdout).to.contain(
      "\nNothing was asked of the workflow, and so nothing paid for.\n",
    );
    expect(its.workflow.invocations()).to.equal(asked);
    expect(await rowsOf(out)).to.deep.equal(rows);
  });

  it("reckons what is too many for a list as batches", async () => {
    // Prepare
    const images = await pictures("batched", 21);
    const out = path.join(its.folder, "batched.csv");

    // Act
    const { stdout, stderr, code } = await run("classify", images, "--out", out);

    // Assess
    expect(code, stderr).to.equal(0);
    expect(stdout).to.contain(`\nAbout $2.31. ${PRICE.basis}\n`);
  });

  it("goes on where it was killed: every image has its verdict, and none two", async () => {
    // Prepare
    const images = await pictures("killed", 60);
    const out = path.join(its.folder, "killed.jsonl");
    const before = its.workflow.invocations();
    const args = [
      "--import",
      "tsx",
      "operations/classify/cli.ts",
      "--outputs",
      its.outputs,
      images,
    ];
    const child = spawn(process.execPath, args, { cwd: PROJECT_ROOT, env: its.environment });
    for await (const line of createInterface({ input: child.stderr })) {
      if (line.includes("execution: ")) {
        break;
      }
    }
    child.kill("SIGKILL");
    await once(child, "close");

    // Act
    const { code, stderr } = await run("classify", images, "--out", out);

    // Assess
    expect(code, stderr).to.equal(0);
    const rows = (await readFile(out, "utf8"))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { key: string; versionId: string });
    expect(rows).to.have.length(60);
    expect(its.workflow.invocations() - before).to.equal(60);
    for (const { key, versionId } of rows) {
      expect(await its.workflow.endsOf(key, versionId), key).to.have.length(1);
    }
  });

  it("brings and classifies each image once when two do it at the same time", async () => {
    // Prepare
    const images = await pictures("at once", 60);
    const out = path.join(its.folder, "at once.jsonl");
    const before = its.workflow.invocations();

    // Act
    const both = await Promise.all(
      [1, 2].map(() => run("classify", images, "--name", "at-once", "--out", out)),
    );

    // Assess
    expect(
      both.map(({ code }) => code),
      both[0]?.stderr,
    ).to.deep.equal([0, 0]);
    expect(its.workflow.invocations() - before).to.equal(60);
    expect((await readFile(out, "utf8")).trimEnd().split("\n")).to.have.length(60);
  });

  it("classifies a changed image again under the same name, and no other", async () => {
    // Prepare: a bitmap is as long as any other of its size
    const images = await pictures("changed", 2);
    const file = path.join(images, "0.png");
    const out = path.join(its.folder, "changed.json");
    const args = ["classify", images, "--name", "changed", "--out", out] as const;
    await run(...args);
    const earlier = await rowsOf(out);
    const before = its.workflow.invocations();

    // Act
    await writeFile(file, its.workflow.picture(0));
    await utimes(file, 1, 1);
    const { code, stderr } = await run(...args);

    // Assess
    expect(code, stderr).to.equal(0);
    expect(its.workflow.invocations() - before).to.equal(1);
    const versions = (await rowsOf(out)).map(({ versionId }) => versionId);
    expect(versions[0]).not.to.equal(earlier[0]?.["versionId"]);
    expect(versions[1]).to.equal(earlier[1]?.["versionId"]);
  });

  for (const [title, names] of [
    ["begin with halves of the same character", ["😀.png", "😁.png"]],
    ["are as long as S3 takes them", [`${`${"l".repeat(240)}/`.repeat(4)}${"m".repeat(35)}.png`]],
  ] as const) {
    it(`finds the verdicts of images whose names ${title}`, async () => {
      // Prepare
      const images = path.join(its.folder, title);
      for (const name of names) {
        await mkdir(path.dirname(path.join(images, name)), { recursive: true });
        await writeFile(path.join(images, name), its.workflow.picture(0));
      }

      // Act
      const { code, stdout, stderr } = await run("classify", images, "--name", "odd-names");

      // Assess
      expect(code, stderr).to.equal(0);
      expect(stdout).to.match(/not known +0/);
    });
  }

  it("follows no links to folders, and waits for no pipe", async () => {
    // Prepare
    const images = await pictures("links", 1);
    await symlink(its.folder, path.join(images, "more.png"));
    await promisify(execFile)("mkfifo", [path.join(images, "pipe.png")]);

    // Act
    const { code, stderr } = await run("classify", images, "--dry-run");
    const pipe = await run("classify", path.join(images, "pipe.png"));

    // Assess
    expect(code, stderr).to.equal(0);
    expect(stderr).to.contain("2 files are no images by their names, or links to folders");
    expect(pipe.stderr).to.match(/^SourceError: .*pipe.png is neither a file nor a folder/);
  });

  it("reads lists as Windows writes them, with paths from the root", async () => {
    // Prepare
    const images = await pictures("windows", 2);
    const list = path.join(its.folder, "windows.txt");
    const lines = ["windows/0.png", "", path.join(images, "inner", "1.png")];
    await writeFile(list, `\ufeff${lines.join("\r\n")}`);

    // Act
    const { code, stdout, stderr } = await run("classify", "--list", list, "--dry-run");

    // Assess
    expect(code, stderr).to.equal(0);
    expect(stdout).to.contain("would classify 2 images");
  });

  it("is refused when its table cannot be written, before anything is done", async () => {
    // Prepare
    const images = await pictures("no table", 1);
    const out = path.join(its.folder, "folder.csv");
    await mkdir(out);

    // Act
    const { code, stderr } = await run("classify", images, "--out", out);

    // Assess
    expect(code).to.equal(1);
    expect(stderr).to.equal(`OutputError: ${out} cannot be written: it is a folder\n`);
  });

  it("takes a list of files and of objects where they are, in its order", async () => {
    // Prepare
    const { bucket } = deployed();
    const images = await pictures("listed", 1);
    const key = "batches/theirs/a b.png";
    const versionId = await its.workflow.upload(key, its.workflow.picture(1));
    const list = path.join(its.folder, "list.txt");
    await writeFile(list, `s3://${bucket}/batches/theirs/\nlisted/0.png\n`);
    const out = path.join(its.folder, "list.json");

    // Act
    const { code, stderr } = await run("classify", "--list", list, "--out", out);

    // Assess
    expect(code, stderr).to.equal(0);
    const [first, second] = await rowsOf(out);
    expect(first).to.include({ source: `s3://${bucket}/${key}`, key, versionId });
    expect(second).to.include({ source: path.join(images, "0.png") });
  });

  for (const [title, args, code, text] of [
    ["without images", [], 2, "name images, or a --list of them"],
    ["with what is not there", ["nowhere.png"], 1, "nowhere.png cannot be read"],
    ["with an unknown table", ["a.png", "--out", "a.xls"], 2, ".csv, .json, .jsonl"],
    ["with a name that is none", ["README.md", "--name", "a/b"], 2, '"a/b"'],
    ["with files of one name", ["README.md", "./README.md"], 1, "would both be README.md"],
    ["with a stack besides outputs", ["a.png", "--stack", "dev"], 2, "takes no --stack"],
  ] as const) {
    it(`is refused ${title}, before anything is done`, async () => {
      // Act
      const ended = await run("classify", ...args);

      // Assess
      expect(ended.code, ended.stderr).to.equal(code);
      expect(ended.stderr).to.contain(text);
    });
  }

  it("is refused for prefixes of the bucket under which there are no images", async () => {
    const { code, stderr } = await run("classify", `s3://${deployed().bucket}/accepted/`);

    expect(code).to.equal(2);
    expect(stderr).to.contain("incoming/ and batches/");
  });
}
