/** Long, because every way in which a server can fail is one case of one promise, on one server. */
import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { download } from "../../etl/fetch/download";
import { KNOWN_ARCHIVES } from "../../etl/fetch/knownArchives";
import { cacheFolder } from "../../etl/fetch/locate";
import { httpSource } from "../../etl/fetch/source";
import { noProgress } from "../../common/progress";
import { archiveOf, binaryFiles, sample } from "./support/archive";
import { etl, PATIENCE, readTree, folderOfTest, type Outcome } from "./support/etl";
import { BUCKET, startS3 } from "./support/s3";

const ARCHIVE = archiveOf(binaryFiles(sample(6)));
const MD5 = createHash("md5").update(ARCHIVE).digest("hex");

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

describe("etl fetch", () => {
  const folder = folderOfTest();
  let server: Server;
  let base = "";
  /** Answers in order; the last one again and again. */
  let answers: Answer[] = [];
  /** `Range` header of each request. */
  let ranges: (string | undefined)[] = [];

  beforeEach(async () => {
    answers = [serve(ARCHIVE)];
    ranges = [];
    server = createServer((request, response) => {
      ranges.push(request.headers.range);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      answer?.(request, response);
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  /** Gives a file, from the byte asked for on, and breaks off after `most` bytes. */
  function serve(file: Buffer, tag = '"1"', most = Infinity): Answer {
    return ({ headers }, response) => {
      const isSame = headers["if-range"] === undefined || headers["if-range"] === tag;
      const start = isSame ? Number(/^bytes=(\d+)-/.exec(headers.range ?? "")?.[1] ?? 0) : 0;
      response.setHeader("etag", tag);
      response.setHeader("content-length", file.length - start);
      if (start > 0) {
        response.statusCode = 206;
        response.setHeader("content-range", `bytes ${start}-${file.length - 1}/${file.length}`);
      }
      if (file.length - start <= most) {
        response.end(file.subarray(start));
      } else {
        response.write(file.subarray(start, start + most), () => {
          setTimeout(() => response.destroy(), 20);
        });
      }
    };
  }

  const fail =
    (status: number): Answer =>
    (_, response) => {
      response.statusCode = status;
      response.end();
    };

  function fetchArchive(...options: string[]): Promise<Outcome> {
    return etl(["fetch", "--json", "--archive", `${base}/cifar.tar.gz`, ...options], {
      cacheFolder: folder.path,
    });
  }

  /** Waits for a silent server for a second only. */
  function fetchImpatiently(): Promise<Outcome> {
    const cacheFolder = folder.path;
    return etl(["fetch", "--archive", `${base}/cifar.tar.gz`], { cacheFolder, stall: 1_000 });
  }

  function pathOf(outcome: Outcome): string {
    expect(outcome.exitCode, outcome.stderr).to.equal(0);
    return (JSON.parse(outcome.stdout) as { readonly path: string }).path;
  }

  it("puts the archive into the cache under its name", async () => {
    // Act
    const path = pathOf(await fetchArchive("--md5", MD5));

    // Assess
    expect(path).to.equal(join(folder.path, MD5, "cifar.tar.gz"));
    expect(readFileSync(path).equals(ARCHIVE)).to.equal(true);
  });

  it("does not ask again for an archive that is pinned and in the cache", async () => {
    // Prepare
    await fetchArchive("--md5", MD5);
    answers = [fail(500)];

    // Act
    const outcome = await fetchArchive("--md5", MD5);

    // Assess
    expect(outcome.exitCode).to.equal(0);
    expect(ranges).to.have.length(1);
  });

  it("fetches an archive again that was damaged in the cache", async () => {
    // Prepare
    const path = pathOf(await fetchArchive("--md5", MD5));
    writeFileSync(path, "damaged");

    // Act
    await fetchArchive("--md5", MD5);

    // Assess
    expect(readFileSync(path).equals(ARCHIVE)).to.equal(true);
  });

  it("goes on where the connection broke off", async () => {
    // Prepare
    answers = [serve(ARCHIVE, '"1"', 30_000), fail(503), serve(ARCHIVE)];

    // Act
    const outcome = await fetchArchive();

    // Assess
    expect(readFileSync(pathOf(outcome)).equals(ARCHIVE)).to.equal(true);
    expect(ranges).to.deep.equal([undefined, "bytes=30000-", "bytes=30000-"]);
    expect(outcome.stderr).to.include("trying again in");
  });

  it("goes on in a later run, and lets nothing appear before it is complete", async () => {
    // Prepare
    answers = [serve(ARCHIVE, '"1"', 30_000), fail(404)];
    const first = await fetchArchive("--md5", MD5);
    const between = [...readTree(folder.path).keys()];
    answers = [serve(ARCHIVE)];

    // Act
    const outcome = await fetchArchive("--md5", MD5);

    // Assess
    expect(first.exitCode).to.equal(5);
    expect(between).to.deep.equal([`${MD5}/cifar.tar.gz.json`, `${MD5}/cifar.tar.gz.partial`]);
    expect(readFileSync(pathOf(outcome)).equals(ARCHIVE)).to.equal(true);
    expect(ranges.at(-1)).to.equal("bytes=30000-");
  });

  for (const status of [408, 425, 429, 500, 502, 503, 504]) {
    it(`asks again after an answer ${status}, which passes`, async () => {
      // Prepare
      answers = [fail(status), serve(ARCHIVE)];

      // Act
      const outcome = await fetchArchive();

      // Assess
      expect(outcome.exitCode, outcome.stderr).to.equal(0);
      expect(ranges).to.have.length(2);
    });
  }

  it("joins two parts by the time of the archive where its entity tag is a weak one", async () => {
    // Prepare
    const time = "Thu, 26 Nov 2026 09:00:00 GMT";
    const asked: (string | undefined)[] = [];
    const weak =
      (most: number): Answer =>
      (request, response) => {
        asked.push(request.headers["if-range"] as string | undefined);
        response.setHeader("last-modified", time);
        serve(
          ARCHIVE,
          'W/"1"',
          most,
        )({ ...request, headers: { range: request.headers.range } } as IncomingMessage, response);
      };
    answers = [weak(30_000), weak(Infinity)];

    // Act
    const path = pathOf(await fetchArchive());

    // Assess
    expect(asked).to.deep.equal([undefined, time]);
    expect(readFileSync(path).equals(ARCHIVE)).to.equal(true);
  });

  it("starts again when the archive is another one than before", async () => {
    // Prepare
    const old = Buffer.concat([ARCHIVE.subarray(0, 10), Buffer.alloc(ARCHIVE.length - 10, 1)]);
    answers = [serve(old, '"old"', 30_000), serve(ARCHIVE, '"new"')];

    // Act
    const path = pathOf(await fetchArchive());

    // Assess
    expect(readFileSync(path).equals(ARCHIVE)).to.equal(true);
  });

  it("starts again from a server that knows no ranges", async () => {
    // Prepare
    const whole: Answer = (_, response) => response.end(ARCHIVE);
    answers = [serve(ARCHIVE, '"1"', 30_000), whole];

    // Act
    const path = pathOf(await fetchArchive("--md5", MD5));

    // Assess
    expect(readFileSync(path).equals(ARCHIVE)).to.equal(true);
  });

  it("takes what is in the cache only while the server still has it, without a pin", async () => {
    // Prepare
    const path = pathOf(await fetchArchive());
    await fetchArchive();
    const other = archiveOf(binaryFiles(sample(7)));
    answers = [serve(other, '"2"')];

    // Act
    await fetchArchive();

    // Assess
    expect(readFileSync(path).equals(other)).to.equal(true);
  });

  it("gives up a connection on which nothing arrives", async () => {
    // Prepare
    const silent: Answer = (_, response) => {
      response.writeHead(200, { "content-length": ARCHIVE.length });
      response.write(ARCHIVE.subarray(0, 100));
    };
    answers = [silent, serve(ARCHIVE)];

    // Act
    const outcome = await fetchImpatiently();

    // Assess
    expect(outcome.exitCode).to.equal(0);
    expect(outcome.stderr).to.include("nothing arrived for 1 s");
  });

  it("gives up a server that says nothing, or ever so little, after two connections", async () => {
    // Prepare
    const silent: Answer = () => undefined;
    const dripping: Answer = (_, response) => {
      let at = 0;
      response.write(ARCHIVE.subarray(0, 600));
      const timer = setInterval(() => response.write(ARCHIVE.subarray(at, ++at)), 50);
      response.on("close", () => clearInterval(timer));
    };
    for (const [answer, reason] of [
      [silent, /nothing arrived for 1 s/],
      [dripping, /only \d+ bytes arrived for 1 s/],
    ] as const) {
      answers = [answer];
      ranges = [];

      // Act
      const outcome = await fetchImpatiently();

      // Assess
      expect(outcome.exitCode, outcome.stderr).to.equal(5);
      expect(outcome.stderr).to.match(reason);
      expect(ranges).to.have.length(2);
    }
  });

  it("takes an archive that is called gzip-encoded, or was packed for the way, as it is", async () => {
    const packed: Answer = (_, response) => {
      response.setHeader("content-encoding", "gzip");
      response.end(gzipSync(ARCHIVE));
    };
    const brotli: Answer = (_, response) => {
      response.setHeader("content-encoding", "br");
      response.end(brotliCompressSync(ARCHIVE));
    };
    const labelled: Answer = (request, response) => {
      response.setHeader("content-encoding", "gzip");
      serve(ARCHIVE)(request, response);
    };
    const labelledAndBroken: Answer = (request, response) => {
      response.setHeader("content-encoding", "gzip");
      serve(ARCHIVE, '"1"', 30_000)(request, response);
    };
    for (const script of [[packed], [brotli], [labelled], [labelledAndBroken, labelled]]) {
      // Prepare
      answers = script;
      rmSync(folder.path, { recursive: true });

      // Act
      const path = pathOf(await fetchArchive("--md5", MD5));

      // Assess
      expect(readFileSync(path).equals(ARCHIVE)).to.equal(true);
    }
  });

  it("asks again from the start when what was packed for the way broke off", async () => {
    // Prepare
    const packed = gzipSync(ARCHIVE);
    const breaking: Answer = (_, response) => {
      response.writeHead(200, { "content-encoding": "gzip", "content-length": packed.length });
      response.write(packed.subarray(0, 30_000), () => setTimeout(() => response.destroy(), 20));
    };
    answers = [breaking, serve(ARCHIVE)];

    // Act
    const path = pathOf(await fetchArchive("--md5", MD5));

    // Assess
    expect(readFileSync(path).equals(ARCHIVE)).to.equal(true);
    expect(ranges).to.deep.equal([undefined, undefined]);
  });

  const redirect =
    (to: string): Answer =>
    (_, response) =>
      response.writeHead(302, { location: to }).end();

  it("follows redirects, to another host too", async () => {
    // Prepare
    const { port } = new URL(base);
    answers = [redirect("other"), redirect(`http://localhost:${port}/b`), serve(ARCHIVE)];

    // Act
    const path = pathOf(await fetchArchive());

    // Assess
    expect(readFileSync(path).equals(ARCHIVE)).to.equal(true);
  });

  it("follows ten redirects", async () => {
    // Prepare
    answers = [...Array.from({ length: 10 }, (_, index) => redirect(`/${index}`)), serve(ARCHIVE)];

    // Act
    const outcome = await fetchArchive();

    // Assess
    expect(outcome.exitCode, outcome.stderr).to.equal(0);
  });

  for (const [rule, script, reason] of [
    ["redirects in a circle", [redirect("/a"), redirect("/b"), redirect("/a")], "in a circle"],
    [
      "redirects without an end",
      Array.from({ length: 30 }, (_, index) => redirect(`/${index}`)),
      "more than 10 times",
    ],
    ["redirects to what is no URL of the web", [redirect("file:///etc/passwd")], "redirects to"],
    ["redirects to what is no URL at all", [redirect("http://")], "redirects to"],
    [
      "sends the page of a login",
      [
        redirect("/login"),
        (_, response) => response.end("\n<!DOCTYPE html><title>Welcome</title>"),
      ],
      "sends a web page instead of the archive",
    ],
    [
      "sends a ZIP archive",
      [(_, response) => response.end("PK\x03\x04 and so on")],
      "a ZIP archive",
    ],
    [
      "packs it in a way of its own",
      [(_, response) => response.writeHead(200, { "content-encoding": "zstd" }).end("(\xb5/\xfd")],
      "packed as zstd",
    ],
  ] as readonly (readonly [string, readonly Answer[], string])[]) {
    it(`says so at once when the server ${rule}`, async () => {
      // Prepare
      answers = [...script];

      // Act
      const outcome = await fetchArchive();

      // Assess
      expect(outcome.exitCode).to.equal(5);
      expect(outcome.stderr).to.include(reason).and.not.include("trying again");
    });
  }

  it("gives up a server that promises more than it sends, and takes nothing from it", async () => {
    // Prepare
    const lying: Answer = (_, response) => {
      response.writeHead(200, { "content-length": ARCHIVE.length + 1 });
      response.write(ARCHIVE, () => setTimeout(() => response.destroy(), 20));
    };
    answers = [lying];

    // Act
    const outcome = await fetchArchive();

    // Assess
    expect(outcome.exitCode).to.equal(5);
    expect(ranges.length).to.be.lessThanOrEqual(PATIENCE.attempts);
    expect([...readTree(folder.path).keys()].some((path) => path.endsWith(".gz"))).to.equal(false);
  });

  it("asks from the start when a server sends another part than it was asked for", async () => {
    // Prepare
    const elsewhere: Answer = (_, response) => {
      response.writeHead(206, {
        "content-range": `bytes 50000-${ARCHIVE.length - 1}/${ARCHIVE.length}`,
      });
      response.end(ARCHIVE.subarray(50_000));
    };
    answers = [serve(ARCHIVE, '"1"', 30_000), elsewhere, serve(ARCHIVE)];

    // Act
    const path = pathOf(await fetchArchive());

    // Assess
    expect(readFileSync(path).equals(ARCHIVE)).to.equal(true);
    expect(ranges.at(-1)).to.equal(undefined);
  });

  it("does not go on reading from a server that never stops", async () => {
    // Prepare
    const endless: Answer = (_, response) => {
      const piece = Buffer.concat([ARCHIVE.subarray(0, 10), Buffer.alloc(1 << 20)]);
      const more = (): void => {
        while (!response.destroyed && response.write(piece));
      };
      response.on("drain", more);
      more();
    };
    answers = [endless];
    const path = join(folder.path, "a.tar.gz");
    const request = { sources: [httpSource(base)], pin: { bytes: ARCHIVE.length }, path };

    // Act
    const { signal } = new AbortController();
    const error = await download(request, noProgress, signal, PATIENCE).catch((e: unknown) => e);

    // Assess
    expect(String(error)).to.include(`sends more than ${ARCHIVE.length} bytes`);
  });

  it("asks a server only once when two want its archive at the same time", async () => {
    // Act
    const paths = (await Promise.all([fetchArchive("--md5", MD5), fetchArchive("--md5", MD5)])).map(
      pathOf,
    );

    // Assess
    expect(new Set(paths).size).to.equal(1);
    expect(ranges).to.have.length(1);
    expect(readdirSync(join(folder.path, MD5)).sort()).to.deep.equal([
      "cifar.tar.gz",
      "cifar.tar.gz.json",
    ]);
  });

  it("says who holds an archive, and goes on when that process is dead", async () => {
    // Prepare
    const { pid } = spawnSync(process.execPath, ["--version"]);
    mkdirSync(join(folder.path, MD5), { recursive: true });
    const lock = join(folder.path, MD5, "cifar.tar.gz.lock");
    writeFileSync(lock, `process ${process.pid} on ${hostname()}, another`);

    // Act
    const waiting = fetchArchive("--md5", MD5);
    await sleep(300);
    const before = [...ranges];
    writeFileSync(lock, `process ${pid} on ${hostname()}, another`);
    const outcome = await waiting;

    // Assess
    expect(before).to.deep.equal([]);
    expect(readFileSync(pathOf(outcome)).equals(ARCHIVE)).to.equal(true);
    expect(outcome.stderr).to.include(`process ${process.pid} on ${hostname()}; waiting`);
  });

  it("sends the user in a URL to that server alone, and tells nobody else", async () => {
    // Prepare
    const seen: (string | undefined)[] = [];
    const note =
      (answer: Answer): Answer =>
      (request, response) => {
        seen.push(request.headers.authorization);
        answer(request, response);
      };
    const { port } = new URL(base);
    answers = [note(redirect(`http://localhost:${port}/b`)), note(fail(403))];

    // Act
    const archive = `http://me:p%40ss@127.0.0.1:${port}/a.tar.gz`;
    const outcome = await etl(["fetch", "--archive", archive], { cacheFolder: folder.path });

    // Assess
    expect(seen).to.deep.equal([`Basic ${Buffer.from("me:p@ss").toString("base64")}`, undefined]);
    expect(outcome.stderr).to.include("answered 403").and.not.include("p%40ss");
  });

  it("refuses another archive than the pinned one, and keeps nothing of it", async () => {
    // Act
    const outcome = await fetchArchive("--md5", "0".repeat(32));

    // Assess
    expect(outcome.exitCode).to.equal(3);
    expect(outcome.stderr).to.include(`its MD5 is ${MD5}, not ${"0".repeat(32)}`);
    expect(
      [...readTree(folder.path).keys()].filter((path) => !path.endsWith(".json")),
    ).to.have.length(0);
  });

  it("does not insist on an archive that is not there", async () => {
    // Prepare
    answers = [fail(404)];

    // Act
    const outcome = await fetchArchive();

    // Assess
    expect(outcome.exitCode).to.equal(5);
    expect(outcome.stderr).to.include("FetchError").and.to.include("the server answered 404");
    expect(ranges).to.have.length(1);
  });

  it("gives up after so many attempts in vain", async () => {
    // Prepare
    answers = [fail(503)];

    // Act
    const outcome = await fetchArchive();

    // Assess
    expect(outcome.exitCode).to.equal(5);
    expect(ranges).to.have.length(PATIENCE.attempts);
  });

  it("goes on at the next mirror with what the first one gave", async () => {
    // Prepare
    answers = [serve(ARCHIVE, '"1"', 30_000), fail(404), serve(ARCHIVE)];
    const path = join(folder.path, "mirrored.tar.gz");
    const sources = ["a", "b"].map((name) => httpSource(`${base}/${name}`));

    // Act
    const { signal } = new AbortController();
    await download({ sources, pin: { md5: MD5 }, path }, noProgress, signal, PATIENCE);

    // Assess
    expect(readFileSync(path).equals(ARCHIVE)).to.equal(true);
    expect(ranges.at(-1)).to.equal("bytes=30000-");
  });

  it("knows the official archives on hosts that do not fail together", () => {
    const hosts = KNOWN_ARCHIVES.map(({ urls }) => urls.map((url) => new URL(url).hostname));
    expect(new Set(hosts.flat()).size).to.be.greaterThan(1);
    for (const each of hosts) {
      expect(each).to.deep.equal([...new Set(each)]);
    }
  });

  it("refuses an archive of another size before it is fetched", async () => {
    // Prepare
    const path = join(folder.path, "a.tar.gz");
    const request = { sources: [httpSource(base)], pin: { bytes: 5, md5: MD5 }, path };

    // Act
    const { signal } = new AbortController();
    const error = await download(request, noProgress, signal, PATIENCE).catch((e: unknown) => e);

    // Assess
    expect(String(error)).to.include(`has ${ARCHIVE.length} bytes, not 5`);
  });

  it("stops when it is interrupted, and keeps what it has for the next time", async () => {
    // Prepare
    const interruption = new AbortController();
    const partial = join(folder.path, MD5, "a.partial");
    answers = [
      (_, response) => {
        response.writeHead(200, { "content-length": ARCHIVE.length });
        response.write(ARCHIVE.subarray(0, 30_000));
        const looking = setInterval(() => {
          if (existsSync(partial)) {
            clearInterval(looking);
            interruption.abort();
          }
        }, 2);
      },
    ];

    // Act
    const outcome = await etl(["fetch", "--archive", `${base}/a`, "--md5", MD5], {
      cacheFolder: folder.path,
      signal: interruption.signal,
    });

    // Assess
    expect(outcome.exitCode).to.equal(130);
    expect(existsSync(partial)).to.equal(true);
  });

  it("builds from a URL", async () => {
    // Act
    const args = ["build", "--archive", `${base}/a.tar.gz`, "--out", join(folder.path, "data")];
    const outcome = await etl(args, { cacheFolder: join(folder.path, "cache") });

    // Assess
    expect(outcome.exitCode, outcome.stderr).to.equal(0);
  });

  it("fetches from a bucket, and goes on where it stopped", async () => {
    // Prepare
    const s3 = await startS3();
    s3.objects.set("copies/cifar.tar.gz", ARCHIVE);
    const url = `s3://${BUCKET}/copies/cifar.tar.gz`;
    const options = { cacheFolder: folder.path, createS3Client: () => s3.client() };
    const args = ["fetch", "--json", "--archive", url, "--md5", MD5];

    // Act
    const path = pathOf(await etl(args, options));
    const partial = readFileSync(path).subarray(0, 1000);
    writeFileSync(`${path}.partial`, partial);
    writeFileSync(path, "damaged");
    const resumed = pathOf(await etl(args, options));
    const missing = await etl(["fetch", "--archive", `s3://${BUCKET}/none`], options);
    await s3.close();

    // Assess
    expect(readFileSync(resumed).equals(ARCHIVE)).to.equal(true);
    expect(missing.exitCode).to.equal(5);
    expect(missing.stderr).to.include("NoSuchKey");
  });

  it("takes the key of an object as it stands", async () => {
    const s3 = await startS3();
    try {
      for (const key of ["100%.tar.gz", "a#b/c d?e=1.tar.gz", "ü%20/+.tar.gz", "x".repeat(900)]) {
        // Prepare
        s3.objects.set(key, ARCHIVE);
        const options = { cacheFolder: folder.path, createS3Client: () => s3.client() };

        // Act
        const archive = `s3://${BUCKET}/${key}`;
        const outcome = await etl(["fetch", "--json", "--archive", archive], options);

        // Assess
        expect(readFileSync(pathOf(outcome)).equals(ARCHIVE)).to.equal(true);
      }
    } finally {
      await s3.close();
    }
  });

  it("keeps its cache where the XDG specification says", () => {
    expect(cacheFolder({ XDG_CACHE_HOME: "/var/cache/me" })).to.equal(
      "/var/cache/me/ml-workflow-aws",
    );
    expect(cacheFolder({ XDG_CACHE_HOME: "relative" })).to.match(
      /^\/.*\/\.cache\/ml-workflow-aws$/,
    );
    expect(cacheFolder({})).to.match(/\/\.cache\/ml-workflow-aws$/);
  });
});
