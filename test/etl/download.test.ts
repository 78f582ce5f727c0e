import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { noProgress } from "../../common/progress";
import type { SourceAnswer } from "../../etl/fetch/answer";
import { download, type Patience } from "../../etl/fetch/download";
import type { ArchivePin } from "../../etl/fetch/knownArchives";
import { archiveOf, binaryFiles, sample } from "./support/archive";
import { folderOfTest, PATIENCE } from "./support/etl";

const ARCHIVE = archiveOf(binaryFiles(sample(60)));
const MD5 = createHash("md5").update(ARCHIVE).digest("hex");

/** What breaks a connection, after so many bytes. */
interface Break {
  readonly after: number;
  readonly error: Error;
}

describe("a download", () => {
  const folder = folderOfTest();
  const path = () => join(folder.path, "archive.tar.gz");

  /** From a server whose connections break so, one after the other; then it gives everything. */
  async function downloadFrom(
    breaks: readonly Break[],
    pin: ArchivePin = { md5: MD5 },
    patience: Patience = PATIENCE,
  ) {
    const offsets: number[] = [];
    async function* bytes(from: number, broken: Break | undefined) {
      yield await Promise.resolve(ARCHIVE.subarray(from, broken && from + broken.after));
      if (broken !== undefined) {
        throw broken.error;
      }
    }
    const open = (offset: number): Promise<SourceAnswer> => {
      const broken = breaks[offsets.length];
      offsets.push(offset);
      return Promise.resolve({
        ...{ offset, total: ARCHIVE.length, version: undefined, isDecoded: false },
        body: bytes(offset, broken),
      });
    };
    const request = { sources: [{ url: "memory:", open }], pin, path: path() };
    const { signal } = new AbortController();
    const failure = await download(request, noProgress, signal, patience).then(
      () => undefined,
      (error: unknown) => error as Error,
    );
    return { failure, offsets };
  }
  const reset = (after: number) => ({ after, error: new Error("connection reset") });

  it("goes on for as long as every connection brings something new", async () => {
    // Prepare
    const breaks = Array.from({ length: 2 * PATIENCE.attempts }, () => reset(20_000));

    // Act
    const { failure, offsets } = await downloadFrom(breaks);

    // Assess
    expect(failure).to.equal(undefined);
    expect(offsets).to.deep.equal([...breaks.keys(), breaks.length].map((at) => at * 20_000));
    expect(readFileSync(path()).equals(ARCHIVE)).to.equal(true);
  });

  it("never waits longer than the longest delay", async () => {
    // Prepare
    const patience = { ...PATIENCE, baseDelay: 10 ** 9, longestDelay: 1 };

    // Act
    const { failure, offsets } = await downloadFrom([reset(100), reset(100)], undefined, patience);

    // Assess
    expect(failure).to.equal(undefined);
    expect(offsets).to.have.length(3);
  });

  it("does not insist on a server whose certificate nobody vouches for", async () => {
    // Prepare
    const code = "DEPTH_ZERO_SELF_SIGNED_CERT";
    const error = Object.assign(new Error("self-signed certificate"), { code });

    // Act
    const { failure, offsets } = await downloadFrom([{ after: 0, error }]);

    // Assess
    expect(failure?.name).to.equal("FetchError");
    expect(failure?.message).to.include("self-signed certificate");
    expect(offsets).to.have.length(1);
  });

  it("takes an archive of just as many bytes as it is to have", async () => {
    const { failure } = await downloadFrom([], { md5: MD5, bytes: ARCHIVE.length });

    expect(failure).to.equal(undefined);
  });
});
