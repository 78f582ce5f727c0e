/** The record preprocessor of the managed schedule, run by Python as the analyzer's container runs it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { imageFeatures } from "../../common/imageFeatures";
import { parseCapture, scoresOf } from "../../common/captures/record";
import { encodePng } from "../../common/pictures/png";
import { PARITY_INFERENCE_PREFIX } from "../../contract/inference";
import { baselineStatistics, type SentPicture } from "../../infra/commands/managedBaseline";
import { preprocessorFor } from "../../infra/managedSchedule";
import { seededRandom } from "../../local/cloud/containers/image-classification/random";
import { capture, exchanges, lineOf } from "../common/captures/support";
import { craftedPng } from "../functions/support/images";
import {
  adobeSegment,
  encodeJpeg,
  JFIF,
  jpegSegment,
  type JpegOptions,
} from "../functions/support/pictures/jpeg";
import { pngKinds, scene } from "../functions/support/pictures/kinds";
import { otherKinds } from "../functions/support/pictures/samples";
import { PROJECT_ROOT } from "../support/project";

const PYTHON = process.env["PYTHON"] ?? "python3";
const CLASSES = ["bicycle", "pickup_truck", "t-rex"];
const ANALYZER = path.join(PROJECT_ROOT, "local/cloud/containers/model-monitor-analyzer/rows.py");
const DRIVER = path.join(__dirname, "preprocess.py");
const SCORES = [0.125, 0.75, 0.125];

type Row = Readonly<Record<string, unknown>>;

describe("the record preprocessor", () => {
  let folder: string;
  let script: string;

  before(function () {
    if (spawnSync(PYTHON, ["--version"]).status !== 0) {
      console.warn("    there is no Python: the record preprocessor is not run");
      this.skip();
    }
    folder = mkdtempSync(path.join(tmpdir(), "preprocessor-"));
    script = path.join(folder, "preprocessor.py");
    writeFileSync(script, preprocessorFor(CLASSES));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** What becomes of each line; fails when a single one kills the script. */
  function rowsOf(lines: readonly string[]): Row[] {
    const input = lines.map((line) => `${line}\n`).join("");
    const { status, stdout, stderr } = spawnSync(PYTHON, [DRIVER, ANALYZER, script], {
      input,
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    expect(status, stderr).to.equal(0);
    return stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Row);
  }

  const sent = (body: Buffer, more: object = {}) =>
    capture({ body, answer: JSON.stringify(SCORES), ...more });
  const onlyRow = (line: string): Row => rowsOf([line])[0] as Row;
  const noise = (width: number, height: number, seed: number): Buffer => {
    const random = seededRandom(seed);
    const pixels = Array.from({ length: width * height * 3 }, () => random.below(256));
    return encodePng({ width, height }, Uint8ClampedArray.from(pixels));
  };

  it("makes the very columns and values that the baseline has of the same picture", () => {
    // Prepare
    const pictures = [
      [28, 28],
      [1, 1],
      [2, 5],
      [32, 16],
    ].map(([width = 0, height = 0], seed): [Buffer, SentPicture] => {
      const png = noise(width, height, seed);
      const size = { width, height };
      return [png, { scores: SCORES, bytes: png.length, size, features: imageFeatures(png) }];
    });

    // Act
    const rows = rowsOf(pictures.map(([png]) => sent(png)));

    // Assess
    pictures.forEach(([, picture], index) => {
      const row = rows[index] as Row;
      const { features } = baselineStatistics([picture], CLASSES);
      expect(Object.keys(row)).to.deep.equal(features.map(({ name }) => name));
      for (const feature of features) {
        const value = row[feature.name];
        if (feature.inferred_type === "String") {
          const [bucket] = feature.string_statistics.distribution.categorical.buckets;
          expect(value, feature.name).to.equal(bucket?.value);
        } else {
          expect(value, feature.name).to.be.closeTo(feature.numerical_statistics.mean, 1e-9);
          expect(Number.isInteger(value) || feature.inferred_type !== "Integral").to.equal(true);
        }
      }
    });
  });

  it("sees in any PNG of the workflow's kind what another decoder sees, whatever its filters", () => {
    // Prepare
    const random = seededRandom(7);
    const pictures = Array.from({ length: 25 }, (_, index) => {
      const [width, height] = [1 + (index % 9), 1 + (index % 11)];
      const rows = Array.from({ length: height }, (_each, y) => [
        (y + index) % 5,
        ...Array.from({ length: width * 3 }, () => random.below(256)),
      ]);
      return craftedPng({ width, height }, Buffer.from(rows.flat()));
    });

    // Act
    const rows = rowsOf(pictures.map((png) => sent(png)));

    // Assess
    pictures.forEach((png, index) => {
      for (const [name, value] of Object.entries(imageFeatures(png))) {
        expect(rows[index]?.[name], `${name} of ${index}`).to.be.closeTo(value, 1e-9);
      }
    });
  });

  it("knows format and size of what others send to the endpoint, and looks no further into it", () => {
    // Prepare
    const ways: readonly JpegOptions[] = [
      {},
      { model: "grey" },
      { model: "CMYK", segments: [adobeSegment(0)] },
      { progressive: true, restartInterval: 2 },
      {
        separateScans: true,
        fill: 3,
        segments: [JFIF, jpegSegment(0xe1, Buffer.alloc(500, 0xff))],
      },
    ];
    const kinds = [
      ...ways.map((options, index) => {
        const seen = scene(9 + index, 17 - index);
        return { title: `JPEG ${index}`, file: encodeJpeg(seen, options), seen, format: "jpeg" };
      }),
      ...pngKinds().map((kind) => ({ ...kind, format: "png" })),
    ];

    // Act
    const rows = rowsOf(kinds.map(({ file }) => sent(file, { inputType: "application/x-image" })));

    // Assess
    kinds.forEach(({ title, file, format, seen: { width, height } }, index) => {
      expect(rows[index], title).to.include({
        picture_format: format,
        picture_bytes: file.length,
        predicted_class: "pickup_truck",
      });
      // The header has it as it is stored, which may lie on its side.
      const sizes = [`${width}x${height}`, `${height}x${width}`];
      expect(sizes, title).to.include(rows[index]?.["picture_size"]);
    });
    const foreign = rowsOf(otherKinds().map(({ file }) => sent(file)));
    expect(new Set(foreign.map((row) => row["picture_format"]))).to.deep.equal(new Set(["other"]));
    expect(rows.filter((row) => !("brightness" in row)).length).to.be.greaterThan(10);
  });

  it("reads answers in JSON, CSV and base64, and says nothing of what is none", () => {
    // Prepare
    const png = noise(2, 2, 1);
    const expected = {
      predicted_class: "pickup_truck",
      confidence: 0.75,
      ...{ probability_0: 0.125, probability_1: 0.75, probability_2: 0.125 },
    };
    const asBase64 = { jsonContentTypes: [] };
    const good = [
      {},
      asBase64,
      { answer: "0.125,0.75,0.125", outputType: "text/csv" },
      { answer: " 0.125 , 7.5e-1 , 0.125\n", outputType: "text/csv" },
      { answer: "0.125,0.75,0.125", outputType: "text/csv; charset=utf-8", ...asBase64 },
    ];
    const bad = [
      ...["[0.5,0.5]", "[0.5,0.5,0,0]", "[]", "{}", "null", "[0.5,true,0.5]", "[1.5,0,0]", ""],
      ...["[-0.1,0.5,0.5]", "[NaN,0,0]", "[0.5,0.5", '["0.5",0,0]', "[".repeat(100_000)],
    ].map((answer) => ({ answer }));
    const badCsv = ["0.5,0.5", "0.5,x,0.5", "0_1,0,0", "nan,0,0", ",,"].map((answer) => ({
      ...{ answer, outputType: "text/csv" },
    }));

    // Act
    const rows = rowsOf([...good, ...bad, ...badCsv].map((more) => sent(png, more)));

    // Assess
    rows.slice(0, good.length).forEach((row) => {
      expect(row).to.include(expected);
    });
    rows.slice(good.length).forEach((row) => {
      expect(row).not.to.have.any.keys(...Object.keys(expected));
      expect(row).to.include({ picture_format: "png" });
    });
  });

  it("leaves out deployment's own requests, and nobody else's", () => {
    const png = noise(2, 2, 1);
    const of = (inferenceId: string | undefined) => onlyRow(sent(png, { inferenceId }));
    expect(of(`${PARITY_INFERENCE_PREFIX}0123456789`)).to.deep.equal([]);
    expect(of("0123456789")).to.include({ confidence: 0.75 });
    expect(of(undefined)).to.include({ confidence: 0.75 });
  });

  it("outlives records with parts missing, of other types or broken, and leaves out the empty ones", () => {
    // Prepare
    const side = { observedContentType: "image/png", encoding: "BASE64", mode: "INPUT" };
    const event = (captureData: object, eventMetadata: unknown = { eventId: "1" }) =>
      JSON.stringify({ captureData, eventMetadata, eventVersion: "0" });
    const empty = [
      event({}),
      event({ endpointInput: {}, endpointOutput: {} }),
      event({ endpointInput: { ...side, data: 7 }, endpointOutput: { ...side, data: null } }),
      event({ endpointInput: { ...side, data: "no base64!" } }),
      event({ endpointInput: { ...side, data: "YWJ" } }),
      event({}, { eventId: "1", inferenceId: 7 }),
    ];
    const png = noise(4, 4, 3);
    const cut = Array.from({ length: png.length }, (_, length) => png.subarray(0, length));
    // Says that it has two thousand million pixels, and that it has none.
    const huge = craftedPng({ width: 2 ** 31 - 1, height: 1 }, Buffer.alloc(4));
    const none = craftedPng({ width: 0, height: 5 }, Buffer.alloc(5));
    const wrongFilter = craftedPng({ width: 1, height: 1 }, Buffer.from([9, 1, 2, 3]));

    // Act
    const nothing = rowsOf(empty);
    const damaged = rowsOf([...cut, huge, none, wrongFilter].map((body) => sent(body)));

    // Assess
    expect(nothing).to.deep.equal(empty.map(() => []));
    expect(damaged).to.have.length(cut.length + 3);
    for (const row of damaged) {
      expect(row).to.include({ confidence: 0.75 });
    }
    for (const row of damaged.slice(-3)) {
      expect(row).not.to.have.property("brightness");
    }
  });

  it("reads a thousand generated records as the capture reader does, and flat ones they are", () => {
    // Prepare
    const generated = fc.sample(exchanges, { seed: 42, numRuns: 1000 }).map((exchange) =>
      lineOf({
        ...exchange,
        // As many as there are classes, so that there is something to read.
        answer: exchange.answer.replace(/^\[([^,\]]*)\]$/, "[$1,$1,$1]"),
      }),
    );

    // Act
    const rows = rowsOf(generated);

    // Assess
    let answered = 0;
    generated.forEach((line, index) => {
      const record = parseCapture(Buffer.from(line));
      const row = rows[index] as Row;
      if (typeof record === "string" || record.inferenceId?.startsWith("parity-") === true) {
        return;
      }
      const scores = record.output && scoresOf(record.output);
      const expected = scores?.length === CLASSES.length ? scores : undefined;
      const read = CLASSES.map((_, label) => row[`probability_${label}`]);
      expect(read, line).to.deep.equal(expected ?? [undefined, undefined, undefined]);
      answered += expected === undefined ? 0 : 1;
      for (const value of Object.values(row)) {
        expect(["string", "number"]).to.include(typeof value);
      }
    });
    expect(answered).to.be.greaterThan(20);
  });

  it("fits a model of a hundred classes, whatever letters their names have", () => {
    const classes = Array.from({ length: 100 }, (_, index) => `Class-${index}_x`);
    writeFileSync(script, preprocessorFor(classes));
    try {
      const scores = classes.map((_, index) => (index === 99 ? 1 : 0));
      const row = onlyRow(sent(noise(2, 2, 1), { answer: JSON.stringify(scores) }));
      expect(row).to.include({ predicted_class: "Class-99_x", probability_99: 1 });
    } finally {
      writeFileSync(script, preprocessorFor(CLASSES));
    }
  });
});
