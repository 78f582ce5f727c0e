import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import fc from "fast-check";
import { noCaptures, readCaptures } from "../../../common/captures";
import {
  captureFilesInFolder,
  captureFileInS3,
  captureFilesInS3,
  CaptureFileGoneError,
  type CaptureFile,
  type TimeRange,
} from "../../../common/captures/files";
import { BUCKET, RunningS3 } from "../../local/cloud/services/s3/support";
import { capture, exchanges, lineOf } from "./support";

const DAY: TimeRange = { from: new Date("2026-11-26"), to: new Date("2026-11-27") };
const HOUR: TimeRange = {
  from: new Date("2026-11-26T10:00:00Z"),
  to: new Date("2026-11-26T11:00:00Z"),
};

/** A file in memory, in chunks of some bytes. */
function file(
  content: string | Buffer,
  options: { chunk?: number; hour?: Date } = {},
): CaptureFile {
  const bytes = Buffer.from(content);
  const { chunk = 1 << 20, hour } = options;
  function* chunks() {
    const shared = Buffer.alloc(chunk);
    for (let start = 0; start < bytes.length; start += chunk) {
      yield shared.subarray(0, bytes.copy(shared, 0, start, start + chunk));
    }
  }
  return { name: "some.jsonl", ...(hour && { hour }), open: () => Promise.resolve(chunks()) };
}

/** Everything that is read of files. */
async function read(files: AsyncIterable<CaptureFile> | Iterable<CaptureFile>, range = DAY) {
  const counts = noCaptures();
  const records = [];
  for await (const record of readCaptures(files, range, counts)) {
    records.push(record);
  }
  return { counts, records, events: records.map(({ eventId }) => eventId) };
}

const at = (time: string, eventId: string) => capture({ time: new Date(`${time}Z`), eventId });

describe("captured files", () => {
  it("are read to the last line, however their bytes come", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(exchanges, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 700 }),
        fc.constantFrom("", "\n"),
        async (several, chunk, end) => {
          // Prepare
          const lines = several.map((exchange) => lineOf({ ...exchange, inferenceId: undefined }));

          // Act
          const { events, counts } = await read([file(lines.join("\n") + end, { chunk })]);

          // Assess
          expect(events).to.deep.equal(lines.map((line) => /"eventId":"([^"]*)"/.exec(line)?.[1]));
          expect(counts.records).to.equal(several.length);
          expect(counts.bytes).to.equal(Buffer.byteLength(lines.join("\n") + end));
          expect(counts.unreadable).to.deep.equal({});
        },
      ),
    );
  });

  it("are counted by what cannot be read of them, with the place of the first", async () => {
    const lines = [
      ...["{", capture(), "", " \r", "not JSON", "{}"],
      capture().replace("BASE64", "ROT13"),
      capture().slice(0, 200),
    ];

    const { counts } = await read([file(lines.join("\n"))]);

    expect(counts.records).to.equal(1);
    expect(counts.unreadable).to.deep.equal({
      malformedLine: { lines: 2, first: "some.jsonl:1" },
      missingCaptureData: { lines: 1, first: "some.jsonl:6" },
      unknownEncoding: { lines: 1, first: "some.jsonl:7" },
      partialLine: { lines: 1, first: "some.jsonl:8" },
    });
  });

  it("give the lines around one that is longer than memory should hold", async () => {
    const long = Buffer.alloc(40 * 1024 * 1024, "x");
    const content = Buffer.concat([
      Buffer.from(`${capture({ eventId: "a" })}\n`),
      ...[long, Buffer.from("\n")],
      Buffer.from(`${capture({ eventId: "b" })}\n`),
      long,
    ]);

    const { events, counts } = await read([file(content)]);

    expect(events).to.deep.equal(["a", "b"]);
    expect(counts.unreadable).to.deep.equal({ oversizedLine: { lines: 2, first: "some.jsonl:2" } });
  });

  it("give the records from the first time on, and before the second one", async () => {
    const lines = [
      at("2026-11-26T09:59:59", "before"),
      at("2026-11-26T10:00:00", "first"),
      at("2026-11-26T10:59:59", "last"),
      at("2026-11-26T11:00:00", "behind"),
    ];

    const { events, counts } = await read([file(lines.join("\n"))], HOUR);

    expect(events).to.deep.equal(["first", "last"]);
    expect(counts.outside).to.equal(2);
  });

  it("give records that are in a file of a later hour, and say that they are late", async () => {
    const late = file(at("2026-11-26T10:59:59", "late"), { hour: HOUR.to });
    const usual = file(at("2026-11-26T10:00:00", "usual"), { hour: HOUR.from });

    const { events, counts } = await read([usual, late], HOUR);

    expect(events).to.deep.equal(["usual", "late"]);
    expect(counts).to.deep.include({ records: 2, late: 1 });
  });

  it("give an inference once, whatever event of it comes again", async () => {
    const first = capture({ inferenceId: "i", eventId: "a" });
    const again = capture({ inferenceId: "i", eventId: "b" });
    const others = [capture({ eventId: "c" }), capture({ inferenceId: "c", eventId: "d" })];

    const { events, counts } = await read([
      file([first, again].join("\n")),
      file(first),
      file(others[0] ?? ""),
    ]);

    expect(events).to.deep.equal(["a", "c"]);
    expect(counts).to.deep.include({ records: 2, repeated: 2 });
  });

  it("give an event once when thousands of others were in between", async () => {
    const others = Array.from({ length: 49_000 }, (_, index) => capture({ eventId: `${index}` }));
    const lines = [capture({ eventId: "a" }), ...others, capture({ eventId: "a" })];

    const { counts } = await read([file(lines.join("\n"))]);

    expect(counts).to.deep.include({ records: 49_001, repeated: 1 });
  });

  it("are passed over when they are gone before they are opened, and counted", async () => {
    const gone: CaptureFile = {
      name: "gone.jsonl",
      open: () => Promise.reject(new CaptureFileGoneError("gone")),
    };

    const { counts } = await read([gone, file(capture()), gone]);

    expect(counts).to.deep.include({ files: 1, gone: 2, records: 1 });
  });

  it("end with the error of a file that cannot be opened, whatever follows", async () => {
    const refused: CaptureFile = {
      name: "refused.jsonl",
      open: () => Promise.reject(new Error("AccessDenied")),
    };
    let error: unknown;

    await read([file(capture()), refused, refused, file(capture())]).catch((thrown: unknown) => {
      error = thrown;
    });

    expect(error).to.have.property("message", "AccessDenied");
  });
});

/** Keys below an endpoint's own prefix, and whether they may have records of {@link HOUR}. */
const KEYS: readonly (readonly [string, boolean])[] = [
  ["2025/11/26/10/20-30-000-a.jsonl", false],
  ["2026/11/26/08/59-59-999-a.jsonl", false],
  ["2026/11/26/09/00-00-000-a.jsonl", true],
  ["2026/11/26/10/20-30-000-a.jsonl", true],
  ["2026/11/26/10/20-30-000-b.jsonl", true],
  ["2026/11/26/10/other.txt", false],
  ["2026/11/26/12/00-00-000-a.jsonl", true],
  ["2026/11/26/13/00-00-000-a.jsonl", false],
  ["2026/12/01/10/00-00-000-a.jsonl", false],
];
const EXPECTED = KEYS.filter(([, isRead]) => isRead).map(([key]) => key);

describe("captured files in a folder", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "captures-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("are found by their hour, and by nothing where their path has none", async () => {
    // Prepare
    for (const key of [...KEYS.map(([key]) => key), "copied.jsonl"]) {
      const place = path.join(folder, key);
      await mkdir(path.dirname(place), { recursive: true });
      await writeFile(place, `${capture({ eventId: key })}\n`);
    }

    // Act
    const { events, counts } = await read(captureFilesInFolder(folder, HOUR), HOUR);

    // Assess
    expect(events).to.deep.equal([...EXPECTED, "copied.jsonl"]);
    expect(counts.late).to.equal(1);
  });

  it("are refused where there is no folder", async () => {
    let error: unknown;

    await read(captureFilesInFolder(path.join(folder, "none"), HOUR)).catch((thrown: unknown) => {
      error = thrown;
    });

    expect(error).to.have.property("code", "ENOENT");
  });
});

describe("captured files in S3", () => {
  const PREFIX = "captures/endpoint/AllTraffic/";
  let running: RunningS3;
  beforeEach(async () => {
    running = await RunningS3.start();
  });
  afterEach(() => running.stop());

  it("are found by their hour, with leave to read their prefix alone", async () => {
    // Prepare
    const { deployer } = running.authority;
    const writer = running.client(deployer);
    for (const key of KEYS.map(([key]) => key)) {
      for (const prefix of [
        PREFIX,
        "captures/endpoint/AllTraffic2/",
        "captures/other/AllTraffic/",
      ]) {
        const [Key, Body] = [prefix + key, `${capture({ eventId: key })}\n`];
        await writer.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
      }
    }
    const arn = `arn:aws:s3:::${BUCKET}`;
    const reader = running.clientWith(
      { Effect: "Allow", Action: "s3:ListBucket", Resource: arn },
      { Effect: "Allow", Action: "s3:GetObject", Resource: `${arn}/${PREFIX}*` },
    );

    // Act
    const { events, counts } = await read(captureFilesInS3(reader, BUCKET, PREFIX, HOUR), HOUR);

    // Assess
    expect(events).to.deep.equal(EXPECTED);
    expect(counts).to.deep.include({ files: 4, records: 4, late: 1 });
    expect(running.bugs).to.deep.equal([]);
  });

  it("are passed over when they are gone, large ones and small ones read alike", async () => {
    // Prepare
    const s3 = running.client();
    const line = `${capture({ body: Buffer.alloc(1000, "p"), inferenceId: "i" })}\n`;
    const large = line.repeat(2000) + capture({ eventId: "last" });
    const key = (name: string) => `${PREFIX}2026/11/26/10/${name}.jsonl`;
    for (const [name, Body] of [
      ["a", large],
      ["b", capture({ eventId: "small" })],
    ] as const) {
      await s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: key(name), Body }));
    }
    async function* files() {
      for await (const file of captureFilesInS3(s3, BUCKET, PREFIX, HOUR)) {
        yield file;
        yield* captureFilesThatAreGone(file);
      }
    }

    // Act
    const { events, counts } = await read(files(), HOUR);

    // Assess
    expect(events.slice(1)).to.deep.equal(["last", "small"]);
    expect(counts).to.deep.include({ files: 2, gone: 2, repeated: 1999 });

    async function* captureFilesThatAreGone(file: CaptureFile) {
      await Promise.resolve();
      yield { ...file, open: () => Promise.reject(new CaptureFileGoneError(file.name)) };
    }
  });

  for (const [title, lines] of [
    ["a small file", 1],
    ["a large one", 2000],
  ] as const) {
    it(`are read to their end when the transfer of ${title} breaks off`, async () => {
      // Prepare
      const content = Buffer.from(
        Array.from({ length: lines }, (_, index) => capture({ eventId: `${index}` })).join("\n"),
      );
      const ranges: (string | undefined)[] = [];
      const server = createServer((request, response) => {
        const { range } = request.headers;
        const start = Number(/\d+/.exec(range ?? "0")?.[0]);
        ranges.push(range);
        const headers = { "content-length": content.length - start, etag: '"e"' };
        response.writeHead(range === undefined ? 200 : 206, headers);
        // A third of it, and then nothing.
        response.write(content.subarray(start, start + Math.ceil(content.length / 3)), () =>
          setTimeout(() => response.destroy(), 50),
        );
      });
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      const { port } = server.address() as AddressInfo;
      const s3 = new S3Client({
        ...{ endpoint: `http://127.0.0.1:${port}`, region: "eu-west-1", forcePathStyle: true },
        credentials: { accessKeyId: "a", secretAccessKey: "b" },
      });
      const file = captureFileInS3(s3, BUCKET, `${PREFIX}2026/11/26/10/a.jsonl`);

      // Act
      const { events, counts } = await read([file]);
      s3.destroy();
      server.close();

      // Assess
      expect(events).to.have.length(lines);
      expect(counts).to.deep.include({ bytes: content.length, unreadable: {} });
      expect(ranges).to.have.length(3);
    });
  }
});
