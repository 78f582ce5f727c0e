import { expect } from "chai";
import {
  DRIFT_DEFAULTS,
  DriftBaselineError,
  judgeWindow,
  parseBaseline,
  type WindowFigures,
} from "../../common/drift";
import { PictureTally } from "../../common/pictureTally";
import type { DriftMeasureName } from "../../contract/monitoring";
import { trainModel, type TrainedModel } from "../../bench/drift/model";
import { samplePictures } from "../../bench/drift/pictures";
import { judgeWindows, prepare, WINDOW_SIZES, type Experiment } from "../../bench/drift/windows";

const CLASSES = ["a", "b"];
const FEATURES = {
  ...{ brightness: 0.5, contrast: 0.2, red: 0.4, green: 0.5, blue: 0.6 },
  ...{ chroma: 0.3, sharpness: 0.1 },
};

/** Of so many pictures of each class, each answered with that confidence. */
function tallyOf(a: number, b: number, confidence = 0.9, rightOf = 0): PictureTally {
  const tally = new PictureTally(CLASSES);
  for (let at = 0; at < a + b; at++) {
    const label = at < a ? 0 : 1;
    const scores = label === 0 ? [confidence, 1 - confidence] : [1 - confidence, confidence];
    tally.add({ scores, features: FEATURES }, at < rightOf ? label : 1 - label);
  }
  return tally;
}

const BASELINE = tallyOf(100, 100).baseline();

function judged(figures: Partial<WindowFigures>, baseline = BASELINE) {
  const nothing = {
    ...{ tally: new PictureTally(CLASSES), undecodable: 0, earlierVolumes: [] },
    reviewed: { images: 0, correct: 0 },
  };
  const measures = judgeWindow({ ...nothing, ...figures }, baseline, DRIFT_DEFAULTS);
  return {
    of: (name: DriftMeasureName) => measures.find((each) => each.name === name),
    drifted: measures.filter(({ drifted }) => drifted).map(({ name }) => name),
    measures,
  };
}

describe("judgeWindow", () => {
  it("finds nothing in a window like the baseline", () => {
    const { drifted, of } = judged({ tally: tallyOf(50, 50) });
    expect(drifted).to.deep.equal([]);
    expect(of("classMix")).to.deep.include({ value: 0, images: 100 });
    expect(of("brightness")).to.deep.include({ figure: 0.5, baseline: 0.5 });
  });

  it("says of few pictures that it cannot tell, however strange they are", () => {
    const { drifted, measures } = judged({
      ...{ tally: tallyOf(20, 0, 0.6), undecodable: 9, reviewed: { images: 29, correct: 0 } },
    });
    expect(drifted).to.deep.equal([]);
    expect(measures.every(({ value, threshold }) => value === null && threshold === null)).to.equal(
      true,
    );
  });

  it("names the share that cannot be decoded, also where nothing else came", () => {
    expect(judged({ undecodable: 30 }).drifted).to.deep.equal(["undecodable"]);
    expect(judged({ tally: tallyOf(15, 14), undecodable: 1 }).drifted).to.deep.equal([]);
    expect(judged({ tally: tallyOf(8, 7), undecodable: 15 }).of("undecodable")).to.deep.include({
      ...{ figure: 0.5, value: 0.5, baseline: 0, images: 30, drifted: true },
    });
  });

  it("calls many more or fewer pictures drift, once it knows what is usual", () => {
    const tally = tallyOf(50, 50);
    expect(judged({ tally, earlierVolumes: [900, 1000] }).of("volume")?.value).to.equal(null);
    expect(judged({ tally, earlierVolumes: [900, 1000, 950, 0] }).drifted).to.deep.equal([
      "volume",
    ]);
    expect(judged({ tally, earlierVolumes: [90, 110, 300] }).drifted).to.deep.equal([]);
    expect(judged({ earlierVolumes: [200, 210, 190] }).drifted).to.deep.equal(["volume"]);
  });

  it("takes only windows in which something came for what is usual", () => {
    const { of } = judged({ tally: tallyOf(50, 50), earlierVolumes: [900, 0, 950, 0] });
    expect(of("volume")).to.deep.include({ value: null, baseline: null });
  });

  it("calls it drift from the threshold itself on", () => {
    const { of } = judged({ tally: tallyOf(200, 199), earlierVolumes: [99, 99, 99] });
    expect(of("volume")).to.deep.include({ value: 4, threshold: 4, drifted: true });
  });

  it("takes few pictures instead of not many more for chance", () => {
    const { of } = judged({ tally: tallyOf(3, 2), earlierVolumes: [30, 30, 30] });
    expect(of("volume")?.value).to.be.above(DRIFT_DEFAULTS.limits.volume);
    expect(of("volume")).to.deep.include({ drifted: false });
  });

  it("compares reviewers' answers with what the model knew below the threshold, and only there", () => {
    // Prepare: of the doubtful, the model knew 80 of 100.
    const baseline = tallyOf(50, 50, 0.7, 80).baseline();

    // Act
    const worse = judged({ reviewed: { images: 100, correct: 40 } }, baseline);
    const better = judged({ reviewed: { images: 100, correct: 100 } }, baseline);
    const unknown = judged({ reviewed: { images: 100, correct: 0 } });

    // Assess
    expect(worse.drifted).to.deep.equal(["accuracy"]);
    expect(worse.of("accuracy")).to.deep.include({ figure: 0.4, baseline: 0.8, images: 100 });
    expect(worse.of("accuracy")?.interval?.low).to.be.closeTo(0.309, 5e-4);
    expect(better.drifted).to.deep.equal([]);
    expect(unknown.of("accuracy")).to.deep.include({ value: null, baseline: null });
  });

  it("needs a difference that matters, however many pictures show it", () => {
    const { of } = judged({ tally: tallyOf(54_000, 46_000) }, tallyOf(50_000, 50_000).baseline());
    expect(of("classMix")).to.deep.include({ drifted: false, threshold: 0.2 });
    expect(of("confidence")?.threshold).to.equal(0.1);
  });
});

describe("parseBaseline", () => {
  it("reads what deployment writes", () => {
    expect(parseBaseline(JSON.stringify(BASELINE))).to.deep.equal(BASELINE);
  });

  for (const [what, text] of Object.entries({
    "another version": JSON.stringify({ ...BASELINE, version: 1 }),
    "a histogram of other bins": JSON.stringify({ ...BASELINE, confidenceHistogram: [1, 2] }),
    "no JSON": "<html>",
  })) {
    it(`refuses ${what}, and says what to do`, () => {
      expect(() => parseBaseline(text))
        .to.throw(DriftBaselineError)
        .with.property("message")
        .that.contains("Deploy again");
    });
  }
});

describe("the drift monitor, of pictures that a model answers", () => {
  let experiment: Experiment;
  let model: TrainedModel | undefined;

  before(async function () {
    this.timeout(180_000);
    // Fewer live pictures than in `npm run bench -- drift`.
    const pictures = samplePictures({ train: 100, heldOut: 40, live: 200 });
    model = await trainModel(pictures, 12);
    experiment = await prepare(model, pictures, 100);
  });

  after(() => model?.close());

  for (const size of WINDOW_SIZES) {
    it(`raises at most 2 alarms in 200 clean windows of ${size}`, function () {
      this.timeout(120_000);
      const judgedWindows = judgeWindows(
        experiment,
        experiment.clean,
        { windows: 200, size },
        DRIFT_DEFAULTS,
      );
      expect(judgedWindows.filter((names) => names.length > 0).length).to.be.at.most(2);
    });
  }

  /** By what each drift has to be seen, besides whatever else it changes. */
  const SEEN_BY: Readonly<Record<string, DriftMeasureName>> = {
    grey: "chroma",
    noise: "sharpness",
    blur: "sharpness",
    darker: "brightness",
    "a new class": "confidence",
    "one class only": "classMix",
    "half undecodable": "undecodable",
  };

  for (const [drift, measure] of Object.entries(SEEN_BY)) {
    it(`sees ${drift} by ${measure}, within one window of 300 or 3000 pictures`, () => {
      const traffic = experiment.drifted[drift] as Experiment["clean"];
      for (const size of [300, 3000]) {
        const [names] = judgeWindows(experiment, traffic, { windows: 1, size }, DRIFT_DEFAULTS);
        expect(names, `${size}`).to.include(measure);
      }
    });

    it(`sees ${drift} in at least nine of ten windows of 30 pictures`, () => {
      const traffic = experiment.drifted[drift] as Experiment["clean"];
      const windows = judgeWindows(experiment, traffic, { windows: 40, size: 30 }, DRIFT_DEFAULTS);
      expect(windows.filter((names) => names.length > 0).length).to.be.at.least(36);
    });
  }
});
