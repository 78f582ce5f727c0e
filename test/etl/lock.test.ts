import { existsSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { noProgress } from "../../common/progress";
import { withLock } from "../../etl/lock";
import { folderOfTest } from "./support/etl";

describe("a lock", () => {
  const folder = folderOfTest();
  const path = () => join(folder.path, "dataset");
  const lock = () => `${path()}.lock`;

  /** Of a process on another machine, which gave a sign of life so many seconds ago. */
  function heldElsewhere(secondsAgo: number): void {
    const time = new Date(Date.now() - secondsAgo * 1000);
    writeFileSync(lock(), `process ${process.pid} on not-${hostname()}, another`);
    utimesSync(lock(), time, time);
  }
  const { signal } = new AbortController();
  const take = (act: () => Promise<string>) => withLock(path(), noProgress, signal, act);

  it("is there while something is done, and gone afterwards, also when that fails", async () => {
    const seen = await take(() => Promise.resolve(readFileSync(lock(), "utf8")));
    const failed = await take(() => Promise.reject(new Error("no"))).catch(String);

    expect(seen).to.match(new RegExp(`^process ${process.pid} on ${hostname()}, `));
    expect(failed).to.equal("Error: no");
    expect(existsSync(lock())).to.equal(false);
  });

  it("is taken from a holder on another machine that has been silent for half a minute", async () => {
    // Prepare
    heldElsewhere(31);

    // Act
    const result = await Promise.race([take(() => Promise.resolve("taken")), sleep(5_000)]);

    // Assess
    expect(result).to.equal("taken");
  });

  it("is waited for while its holder on another machine was heard of lately", async () => {
    // Prepare
    heldElsewhere(10);
    const waiting = new AbortController();
    let isTaken = false;

    // Act
    const taking = withLock(path(), noProgress, waiting.signal, () => {
      isTaken = true;
      return Promise.resolve();
    }).catch((error: unknown) => (error as Error).name);
    await sleep(300);
    waiting.abort();

    // Assess
    expect(await taking).to.equal("InterruptedError");
    expect(isTaken).to.equal(false);
  });

  it("is left to whoever has it by now", async () => {
    // Act: it was taken from us meanwhile, as from a machine that slept
    await take(() => {
      heldElsewhere(0);
      return Promise.resolve("");
    });

    // Assess
    expect(readFileSync(lock(), "utf8")).to.include(`not-${hostname()}`);
  });
});
