import { expect } from "chai";
import { createJimp } from "@jimp/core";
import png from "@jimp/js-png";
import { DRIFT_BASELINE_KEY, type DriftBaseline } from "../../../contract/monitoring";
import { driftBaseline, parityReport, type Answer } from "../../../infra/commands/parityReport";
import type { Answer as ServerAnswer, Request } from "../../support/awsServer";
import { runCommand } from "./runCommand";

const Image = createJimp({ formats: [png] });
const FEATURES = {
  ...{ brightness: 0.5, contrast: 0.1, red: 0.2, green: 0.3, blue: 0.4 },
  ...{ chroma: 0.6, sharpness: 0.7 },
};

function answer(label: number, scores: readonly number[], milliseconds = 10): Answer {
  return { label, scores, milliseconds, features: FEATURES };
}

/** A PNG of one colour, or of columns of two. */
function picture(one: number, other = one): Promise<Buffer> {
  const image = new Image({ width: 4, height: 4 });
  for (let x = 0; x < 4; x += 1) {
    for (let y = 0; y < 4; y += 1) {
      image.setPixelColor(x % 2 === 0 ? one : other, x, y);
    }
  }
  return image.getBuffer("image/png");
}

describe("parityReport", () => {
  it("counts what is right, in all and per class", () => {
    // Prepare
    const answers = [
      answer(0, [0.9, 0.1, 0]),
      answer(0, [0.4, 0.6, 0]),
      answer(1, [0.1, 0.9, 0]),
      answer(1, [0.2, 0.8, 0], 90),
    ];

    // Act
    const report = parityReport(answers, ["a", "b", "c"]);

    // Assess
    expect(report).to.deep.include({
      images: 4,
      correct: 3,
      accuracy: 0.75,
      perClassRecall: { a: 0.5, b: 1, c: null },
      latencyMilliseconds: { p50: 10, p95: 90 },
    });
    expect(report.interval.low).to.be.closeTo(0.3006, 5e-5);
    expect(report.interval.high).to.be.closeTo(0.9544, 5e-5);
  });
});

describe("driftBaseline", () => {
  it("is what the endpoint answered and what it was asked, with no dependence on time", () => {
    // Act
    const baseline = driftBaseline(
      [answer(0, [0.9, 0.1], 3), answer(0, [0.32, 0.68], 7), answer(1, [0, 1])],
      ["a", "b"],
    );

    // Assess
    const counts = (...bins: readonly number[]) =>
      Array.from({ length: 100 }, (_, bin) => bins.filter((each) => each === bin).length);
    expect(baseline.classMix).to.deep.equal({ a: 1 / 3, b: 2 / 3 });
    expect(baseline.confidenceHistogram).to.deep.equal(counts(90, 68, 99));
    expect(baseline.correctHistogram).to.deep.equal(counts(90, 99));
    for (const [name, value] of Object.entries(FEATURES)) {
      const { mean, standardDeviation } = baseline.features[name as keyof typeof FEATURES];
      expect(mean, name).to.be.closeTo(value, 1e-12);
      expect(standardDeviation, name).to.be.closeTo(0, 1e-7);
    }
    expect(Object.keys(baseline.features)).to.have.members(Object.keys(FEATURES));
    expect(baseline.features.contrast.histogram).to.deep.equal(counts(10, 10, 10));
    expect(baseline).to.deep.include({ version: 2, images: 3 });
  });
});

describe("the command scoreEndpoint", () => {
  const FILES: Record<string, Buffer> = {
    "manifest.json": Buffer.from('{"classes":["dark","bright"],"format":"image"}'),
    "test.lst": Buffer.from("0\t0\ta.png\n1\t1\tb.png\n"),
  };

  before(async () => {
    FILES["test/a.png"] = await picture(0x101010ff);
    FILES["test/b.png"] = await picture(0xf0f0f0ff);
  });

  /** A bucket `data` with the files, and an endpoint that always says `dark`. */
  function serve({ method, path }: Request): ServerAnswer {
    if (path.startsWith("/endpoints/live/invocations")) {
      return { status: 200, body: Buffer.from("[0.75,0.25]") };
    }
    const [, key = ""] = /^\/data\/([^?]+)/.exec(path) ?? [];
    const file = FILES[key];
    return method === "GET" && file !== undefined
      ? { status: 200, body: file }
      : { status: method === "PUT" ? 200 : 404, body: Buffer.alloc(0) };
  }

  function run(floor: string) {
    const args = [
      "--endpoint",
      "live",
      "--dataset",
      "data",
      "--baseline",
      "kept",
      "--image-shape",
      "3,4,4",
    ];
    return runCommand("infra/commands/scoreEndpoint.ts", [...args, "--floor", floor], serve);
  }

  it("scores every held-out image, keeps the baseline and prints the report", async () => {
    // Act
    const { stdout, code, requests } = await run("0.5");

    // Assess
    expect(code).to.equal(0);
    expect(JSON.parse(stdout)).to.deep.include({
      images: 2,
      correct: 1,
      accuracy: 0.5,
      perClassRecall: { dark: 1, bright: 0 },
    });
    const asked = requests.filter(({ path }) => path.startsWith("/endpoints/live"));
    const ids = asked.map(({ headers }) => headers["x-amzn-sagemaker-inference-id"]);
    expect(new Set(ids).size).to.equal(2);
    expect(ids.join()).to.match(/^parity-[0-9a-f]+,parity-[0-9a-f]+$/);
    const kept = requests.find(({ method }) => method === "PUT");
    expect(kept?.path).to.contain(`/kept/${DRIFT_BASELINE_KEY}`);
    const text = /\{.*\}/.exec(kept?.body ?? "")?.[0] ?? "";
    const baseline = JSON.parse(text) as DriftBaseline;
    expect(baseline.classMix).to.deep.equal({ dark: 1, bright: 0 });
    expect(baseline.features.brightness.mean).to.be.closeTo(0.502, 0.001);
  });

  it("fails below the floor, names both figures, and keeps no baseline", async () => {
    const { stdout, stderr, code, requests } = await run("0.6");
    expect([stdout, code]).to.deep.equal(["", 1]);
    expect(stderr).to.contain("50.0%").and.to.contain("60.0%").and.to.contain("accuracyFloor");
    expect(requests.some(({ method }) => method === "PUT")).to.equal(false);
  });

  it("says how it is used when it is given too little", async () => {
    const { stderr, code } = await runCommand("infra/commands/scoreEndpoint.ts", [], serve);
    expect(code).to.equal(1);
    expect(stderr).to.match(/^UsageError: usage: scoreEndpoint\.ts --endpoint NAME/);
  });
});
