import { expect } from "chai";
import type { Verdict } from "../../../contract/inference";
import { goneOff, type AlarmResult } from "../../../operations/report/report";
import { renderPage } from "../../../operations/report/page";
import { runReport } from "../../../local/run/report";
import { renderText } from "../../../local/run/text";
import type { Execution } from "../../../local/cloud/services/stepFunctions/service";
import { summarizeClassifications, summarizeRun, type Summary } from "../../../local/run/summary";
import type { Classification } from "../../../local/run/traffic";

const CLASSES = ["bicycle", "motorcycle", "<pickup>"];

/** An image of one class that was taken for another, or failed. */
function classification(
  truth: string,
  outcome: Pick<Verdict, "label" | "confidence" | "verdict"> | { readonly error: string },
): Classification {
  const failed = "error" in outcome;
  const execution: Execution = {
    arn: "arn",
    name: "run",
    input: {},
    startedAt: 0,
    status: failed ? "FAILED" : "SUCCEEDED",
    milliseconds: 20,
    ...(failed ? { error: outcome.error } : {}),
    states: [{ name: "ClassifyImage", type: "Task", milliseconds: 10 }],
    mapRuns: [],
  };
  return {
    image: {
      key: `test/${truth}/1.png`,
      label: CLASSES.indexOf(truth),
      read: () => Promise.reject(new Error("The report has the picture already")),
    },
    png: Buffer.from("png"),
    execution,
    ...(failed
      ? {}
      : {
          verdict: {
            image: { bucket: "b", key: "k", versionId: "v1" },
            record: "accepted/k/v1.json",
            inferenceId: "i",
            threshold: 0.8,
            scores: {},
            ...outcome,
          },
        }),
  };
}

const CLASSIFICATIONS = [
  classification("bicycle", { label: "bicycle", confidence: 0.99, verdict: "accepted" }),
  classification("bicycle", { label: "motorcycle", confidence: 0.6, verdict: "review" }),
  classification("motorcycle", { label: "motorcycle", confidence: 0.9, verdict: "accepted" }),
  classification("<pickup>", { label: "bicycle", confidence: 0.85, verdict: "accepted" }),
  classification("<pickup>", { error: "UnreadableImageError" }),
];

function alarm(name: string, more: Partial<AlarmResult>): AlarmResult {
  const usual = { state: "ALARM", description: `${name} are bad.`, condition: "Sum ≥ 1" } as const;
  return { ...usual, name, values: [1], ...more };
}

function summary(): Summary {
  const counts = { train: 9, validation: 3, test: 5 };
  const perClass = Object.fromEntries(CLASSES.map((name) => [name, 3]));
  return summarizeRun({
    project: "shop",
    stack: "dev",
    drift: [],
    alarms: [
      alarm("failed-executions", { purpose: "this run asked for <one> too early" }),
      alarm("latency", { state: "OK" }),
      alarm("throttles", {}),
    ],
    archive: { isSample: true, source: "sample" },
    policies: {
      asked: 14,
      resources: 54,
      results: [
        { policy: "s3-bucket-require-versioning", outcome: "kept" },
        {
          policy: "s3-bucket-require-tls",
          outcome: "excepted",
          resource: "aws:s3/bucket:Bucket legacy",
          note: "Excepted until 2027-03-31, because: <moved> in March. Add a policy.",
        },
      ],
    },
    price: {
      currency: "USD",
      basis: "List prices of a day.",
      region: "us-east-1",
      monthly: { endpoint: 100, encryption: 2, monitoring: 1, network: 0 },
      monthlyTotal: 103,
      perThousandImages: 0.5,
      perThousandInBatches: 0.0015,
      trainingRunAtMost: 3,
      withoutPrice: [],
    },
    dataset: {
      classes: CLASSES,
      format: "image",
      imageShape: [3, 32, 32],
      counts,
      perClass: { train: perClass, validation: perClass, test: perClass },
      digest: "d",
    },
    trainingResult: {
      trainingJobName: "job-1",
      modelDataUrl: "s3://b/model.tar.gz",
      metrics: {},
      billableSeconds: 1,
    },
    trainingMetrics: new Map([["train:accuracy", [0.5, 0.75]]]),
    endpoint: {
      name: "endpoint-1",
      status: "InService",
      configuration: {
        name: "c",
        arn: "arn:aws:sagemaker:us-east-1:000000000000:endpoint-config/c",
        created: 0,
        variantName: "AllTraffic",
        modelName: "m",
        instanceType: "ml.m5.xlarge",
        instanceCount: 1,
        volumeKey: undefined,
        capture: {
          enabled: true,
          percentage: 100,
          destination: "s3://b/capture",
          modes: ["Input", "Output"],
          jsonContentTypes: [],
          csvContentTypes: [],
        },
      },
      invocations: 4,
      captureLosses: [],
    },
    classifications: CLASSIFICATIONS,
    captured: { files: 2, records: 4, example: "s3://b/capture/1.jsonl" },
    people: {
      review: {
        key: "incoming/<a>.png",
        label: "bicycle",
        confidence: 0.6,
        decision: "motorcycle",
      },
      replay: { key: "batches/b.png", error: "ImageNotFoundError", classified: 1 },
    },
    seconds: new Map([["deploy", 12.345]]),
  });
}

/** A small machine of the states that the executions above were in. */
const DEFINITION = JSON.stringify({
  StartAt: "ClassifyImage",
  States: {
    ClassifyImage: { Type: "Task", Next: "Done", Catch: [{ Next: "Failed" }] },
    Done: { Type: "Succeed" },
    Failed: { Type: "Fail" },
  },
});

describe("the summary of a run", () => {
  it("counts failures as wrong, and verdicts by what they are", () => {
    // Act
    const result = summarizeClassifications(CLASSIFICATIONS, CLASSES);

    // Assess
    expect(result).to.deep.include({
      images: 5,
      correct: 2,
      accuracy: 0.4,
      confusion: [
        [1, 1, 0],
        [0, 1, 0],
        [1, 0, 0],
      ],
      recall: { bicycle: 0.5, motorcycle: 1, "<pickup>": 0 },
      verdicts: { accepted: 3, review: 1, failed: 1 },
      acceptedAccuracy: 0.6667,
      threshold: 0.8,
      errors: { UnreadableImageError: 1 },
      latency: { execution: { p50: 20, p95: 20 }, ClassifyImage: { p50: 10, p95: 10 } },
    });
  });

  it("is told in text with every number a reader needs", () => {
    // Act
    const text = renderText(summary());

    // Assess
    for (const part of [
      "accuracy 40.0% (95% interval 11.8% to 76.9%), 2 of 5",
      "verdicts: 3 accepted (66.7% of them right), 1 for review (below 0.8), 1 failed",
      "1 x UnreadableImageError",
      "4 records in 2 files; 4 invocations",
      "endpoint-1 is InService: AllTraffic, 1 x ml.m5.xlarge",
      "generated sample",
      "0.7500",
      "expected calibration error 39.0%",
      "reviewed incoming/<a>.png: the model took it for bicycle (60.0%), a person for motorcycle",
      "replayed batches/b.png, which had failed with ImageNotFoundError: 1 classified",
      "14, kept by 54 resources",
      "excepted from s3-bucket-require-tls: aws:s3/bucket:Bucket legacy. " +
        "Excepted until 2027-03-31, because: <moved> in March. Add a policy.",
      "  2 of 3 have gone off, 1 of them on purpose\n" +
        "  throttles: Sum ≥ 1, was 1\n" +
        "  failed-executions: Sum ≥ 1, was 1\n" +
        "    on purpose: this run asked for <one> too early\n",
    ]) {
      expect(text).to.include(part);
    }
    expect(text).not.to.match(/undefined|NaN/);
  });

  it("is told on a page that escapes every name and needs nothing from elsewhere", () => {
    // Act
    const page = renderPage(
      runReport({
        ...{ summary: summary(), definition: DEFINITION },
        classifications: CLASSIFICATIONS,
      }),
    );

    // Assess
    expect(page).to.include("&lt;pickup&gt;").and.not.include("<pickup>");
    expect(page).to.include("<strong>40.0%</strong>").and.include("<strong>4 / 4</strong>");
    expect(page).to.include("Excepted until 2027-03-31, because: &lt;moved&gt; in March.");
    expect(page).to.include("incoming/&lt;a&gt;.png").and.include("decided: motorcycle");
    expect(page).to.include("failed with ImageNotFoundError");
    expect(page).to.include("2 of 3 have gone off, 1 of them on purpose");
    expect(page).to.match(/one by one<.*0\.50 USD<.*in batches<.*0\.0015 USD</s);
    expect(page).to.match(
      /throttles<.*<td>alarm<.*failed-executions<.*<td>alarm, on purpose<.* are bad\. This time: this run asked for &lt;one&gt; too early\./s,
    );
    expect(page).not.to.match(/undefined|NaN|<script|(?:src|href)="?https?:/);
    // In the galleries, and on the contact sheet.
    expect(page.match(/data:image\/png/g)).to.have.length(10);
  });
});

describe("alarms that have gone off", () => {
  for (const [alarms, text] of [
    [[alarm("a", { state: "OK" }), alarm("b", { state: "OK" })], "none of 2 has gone off"],
    [[alarm("a", {})], "1 of 1 has gone off"],
    [[alarm("a", { purpose: "for show" })], "1 of 1 has gone off, on purpose"],
    [[alarm("a", {}), alarm("b", {})], "2 of 2 have gone off"],
  ] as const) {
    it(`are told as: ${text}`, () => {
      expect(goneOff(alarms).text).to.equal(text);
    });
  }
});
