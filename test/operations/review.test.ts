import { S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { Decision } from "../../common/reviews";
import type { WaitingReview } from "../../contract/inference";
import { printable } from "../../operations/printable";
import { giveAnswers, parseAnswer } from "../../operations/review/answer";
import { halfBlocks, show } from "../../operations/review/picture";
import { review, type ReviewTerminal } from "../../operations/review/session";
import { choices, describe as describeReview } from "../../operations/review/text";

function waitingFor(key: string, versionId = "v1", classes = ["cat", "dog"]): WaitingReview {
  const scores = Object.fromEntries(classes.map((name, index) => [name, 0.4 / (index + 1)]));
  return {
    taskToken: "token",
    review: {
      id: key,
      deadline: 1_800_000_000,
      verdict: {
        image: { bucket: "b", key, versionId },
        ...{ inferenceId: "i", verdict: "review", record: "", threshold: 0.8 },
        ...{ label: "cat", confidence: 0.4, scores },
      },
      keys: { waiting: "", answer: "", label: "", undecided: "" },
      message: "",
    },
  };
}

/** Reviews that wait, and what was decided about them; some are decided by somebody else. */
function reviewsOf(waiting: readonly WaitingReview[], decidedElsewhere: readonly string[] = []) {
  const decisions: (readonly [string, Decision])[] = [];
  return {
    decisions,
    waiting: async function* () {
      yield* waiting;
    },
    answer: ({ review: { id } }: WaitingReview, decision: Decision) => {
      const isFirst = !decidedElsewhere.includes(id);
      if (isFirst) {
        decisions.push([id, decision]);
      }
      return Promise.resolve(isFirst);
    },
  };
}

/** A terminal on which these keys are pressed, and no more. */
function terminalWith(keys: readonly string[], lines: readonly string[] = []) {
  const pressed = [...keys];
  const typed = [...lines];
  let shown = "";
  const terminal: ReviewTerminal = {
    print: (text) => (shown += text),
    key: () => Promise.resolve(pressed.shift()),
    forget: () => Promise.resolve(),
    line: () => Promise.resolve(typed.shift() ?? ""),
    picture: () => Promise.resolve("(picture)"),
  };
  return { terminal, shown: () => shown };
}

const two = [waitingFor("a.png"), waitingFor("b.png")];

describe("a review in the terminal", () => {
  it("decides by one key a picture, and goes on to the next", async () => {
    // Prepare
    const reviews = reviewsOf(two);
    const { terminal, shown } = terminalWith(["2", "0"]);

    // Act
    const result = await review(reviews, terminal, "");

    // Assess
    expect(result).to.deep.equal({ decided: 2, skipped: 0, late: 0 });
    expect(reviews.decisions).to.deep.equal([
      ["a.png", { decision: "label", label: "dog" }],
      ["b.png", { decision: "none" }],
    ]);
    expect(shown()).to.contain("(picture)").and.contain("  1  cat  40.0 %");
  });

  it("takes no key for an answer to a picture that was not shown yet", async () => {
    // Prepare
    const reviews = reviewsOf(two);
    const { terminal } = terminalWith([]);
    const pressed: string[] = [];
    const picture = () => {
      pressed.push("1");
      return Promise.resolve("(picture)");
    };
    const forget = () => {
      pressed.length = 0;
      return Promise.resolve();
    };

    // Act
    const key = () => Promise.resolve(pressed.shift());
    await review(reviews, { ...terminal, picture, forget, key }, "");

    // Assess
    expect(reviews.decisions).to.deep.equal([]);
  });

  it("tells whoever was slower, and keeps nothing of theirs", async () => {
    // Prepare
    const reviews = reviewsOf(two, ["a.png"]);
    const { terminal, shown } = terminalWith(["1", "1"]);

    // Act
    const result = await review(reviews, terminal, "");

    // Assess
    expect(result).to.deep.equal({ decided: 1, skipped: 0, late: 1 });
    expect(reviews.decisions).to.deep.equal([["b.png", { decision: "label", label: "cat" }]]);
    expect(shown()).to.contain(
      "Somebody else has decided already, or time was up; your answer is not kept",
    );
  });

  it("skips, and takes no key for an answer that is none", async () => {
    const reviews = reviewsOf(two);
    const { terminal, shown } = terminalWith(["9", "x", "s", "1"]);
    const result = await review(reviews, terminal, "");
    expect(result).to.deep.equal({ decided: 1, skipped: 1, late: 0 });
    expect(shown()).to.contain('There is no class "9" here');
    expect(shown()).to.contain('There is no class "x" here');
  });

  for (const end of ["q", "\x03", "\x04", undefined]) {
    it(`ends without an answer by ${JSON.stringify(end) ?? "the end of input"}`, async () => {
      const reviews = reviewsOf(two);
      const { terminal } = terminalWith(end === undefined ? [] : [end]);
      const result = await review(reviews, terminal, "");
      expect(result).to.deep.equal({ decided: 0, skipped: 0, late: 0 });
      expect(reviews.decisions).to.deep.equal([]);
    });
  }

  it("takes the name of a class that has no key", async () => {
    // Prepare
    const classes = Array.from({ length: 12 }, (_, index) => `class_${index}`);
    const waiting = waitingFor("a.png", "v1", classes);
    const reviews = reviewsOf([waiting]);
    const { terminal } = terminalWith(["c", "c"], ["class_99", "class_11"]);

    // Act
    await review(reviews, terminal, "");

    // Assess
    expect(reviews.decisions).to.deep.equal([["a.png", { decision: "label", label: "class_11" }]]);
    expect(choices(waiting)).to.include("     class_9  4.0 %");
  });

  it("prints nothing of a key that a terminal would obey", () => {
    const evil = waitingFor("incoming/\x1b[2J\u009b31m\u202egnp.a\n.png");
    expect(describeReview(evil)).to.match(
      /^incoming\/\\u\{1b\}\[2J\\u\{9b\}31m\\u\{202e\}gnp\.a\\u\{a\}\.png {2}v1 {2}until 2027-/,
    );
    expect(printable("räder 🚲.png")).to.equal("räder 🚲.png");
  });
});

describe("the picture of a review", () => {
  it("is drawn two pixels a character, the last row of an odd number alone", () => {
    const pixels = Uint8ClampedArray.from([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(halfBlocks({ size: { width: 1, height: 3 }, pixels })).to.equal(
      "\x1b[38;2;1;2;3;48;2;4;5;6m\u2580\x1b[0m\n\x1b[38;2;7;8;9;49m\u2580\x1b[0m",
    );
  });

  it("is a link to download this version, where a terminal has no colours", async () => {
    // Prepare
    const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
    const s3 = new S3Client({ region: "eu-west-1", credentials });
    const image = { bucket: "pictures", key: "incoming/a b.png", versionId: "v7" };

    // Act
    const link = new URL(await show(s3, image, { columns: 80, rows: 24, hasColours: false }));

    // Assess
    expect(link.pathname).to.equal("/incoming/a%20b.png");
    expect(Object.fromEntries(link.searchParams)).to.include({
      versionId: "v7",
      "X-Amz-Expires": "900",
      "response-content-disposition": "attachment",
      "response-content-type": "application/octet-stream",
    });
    expect(link.href).not.to.contain("secret");
  });
});

describe("answers on the command line", () => {
  it("name a picture by its key, which may have any character, and by its version if need be", () => {
    expect(parseAnswer("a=b?c.png=cat")).to.deep.equal({
      ...{ key: "a=b?c.png", versionId: undefined, choice: "cat" },
    });
    expect(parseAnswer("a.png?versionId=v2=none")).to.deep.equal({
      ...{ key: "a.png", versionId: "v2", choice: "none" },
    });
    for (const text of ["a.png", "=cat", "a.png="]) {
      expect(() => parseAnswer(text), text).to.throw("is no answer");
    }
  });

  it("are given to what waits, and the rest is told", async () => {
    // Prepare
    const reviews = reviewsOf(two, ["b.png"]);

    // Act
    const answers = ["a.png=none", "b.png=dog", "c.png=dog"].map(parseAnswer);
    const { lines, late } = await giveAnswers(reviews, answers);

    // Assess
    expect(reviews.decisions).to.deep.equal([["a.png", { decision: "none" }]]);
    expect(late).to.equal(2);
    expect(lines[0]).to.equal("a.png: none");
    expect(lines.slice(1).every((line) => line.includes("not kept"))).to.equal(true);
  });

  it("are given to the version that is named, and to none where that does not wait", async () => {
    const reviews = reviewsOf([waitingFor("b.png", "v1"), waitingFor("b.png", "v2")]);

    const answers = ["b.png?versionId=v2=cat", "b.png?versionId=v3=dog"].map(parseAnswer);
    const { late } = await giveAnswers(reviews, answers);

    expect(reviews.decisions).to.deep.equal([["b.png", { decision: "label", label: "cat" }]]);
    expect(late).to.equal(1);
  });

  it("count once where the very same is given twice, by the key or by the version", async () => {
    const reviews = reviewsOf(two);

    const answers = ["a.png=dog", "b.png=cat", "a.png=dog", "b.png?versionId=v1=cat"];
    const { lines, late } = await giveAnswers(reviews, answers.map(parseAnswer));

    expect(lines).to.deep.equal(["a.png: dog", "b.png: cat"]);
    expect(late).to.equal(0);
    expect(reviews.decisions).to.have.length(2);
  });

  it("are all refused if two of them are to one picture, and differ", async () => {
    const reviews = reviewsOf(two);

    const refused: unknown = await giveAnswers(
      reviews,
      ["b.png=cat", "a.png=dog", "a.png=none"].map(parseAnswer),
    ).catch((error: unknown) => error);

    expect(refused).to.have.property("name", "UsageError");
    expect(refused).to.have.property("message").that.contains("two answers, dog and none");
    expect(reviews.decisions).to.deep.equal([]);
  });

  it("are all refused if one names no class, or a key of which several versions wait", async () => {
    const reviews = reviewsOf([...two, waitingFor("b.png", "v2")]);
    for (const [given, message] of [
      ["a.png=horse", 'a.png cannot be "horse": the classes are cat, dog, and none'],
      ["b.png=cat", "b.png waits in several versions, say which: b.png?versionId=v1=CLASS"],
    ] as const) {
      const refused = await giveAnswers(reviews, ["a.png=cat", given].map(parseAnswer)).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(refused).to.be.instanceOf(Error).with.property("name", "UsageError");
      expect((refused as Error).message).to.contain(message);
    }
    expect(reviews.decisions).to.deep.equal([]);
  });
});
