import { createHash } from "node:crypto";
import { expect } from "chai";
import type { Decision } from "../../../common/reviews";
import type { WaitingReview } from "../../../contract/inference";
import { answerRequest, type ReviewPageParts } from "../../../functions/review-page/core";
import { signLink, type MacKey } from "../../../functions/shared/reviewLink";

const NOW = 1_800_000_000;
const DEADLINE = NOW + 3600;
const CLASSES = ["cat", "dog", "a&b"];

/** As good as any that nobody knows. */
const key: MacKey = {
  sign: (message) => Promise.resolve(createHash("sha256").update("k").update(message).digest()),
  verify: async (message, mac) => mac.equals(await key.sign(message)),
};

function waitingReview(id: string, imageKey: string, deadline = DEADLINE): WaitingReview {
  return {
    taskToken: "token",
    review: {
      id,
      deadline,
      verdict: {
        image: { bucket: "b", key: imageKey, versionId: "v" },
        inferenceId: "i",
        verdict: "review",
        record: `review/${imageKey}/v.json`,
        label: "cat",
        confidence: 0.4,
        threshold: 0.8,
        scores: { cat: 0.4, dog: 0.35, "a&b": 0.25 },
      },
      keys: { waiting: "", answer: "", label: "", undecided: "" },
      message: "",
    },
  };
}

const [ONE, TWO] = ["1".repeat(64), "2".repeat(64)] as const;

/** Two reviews that wait, and a page for them. */
function page(overrides: Partial<ReviewPageParts> = {}) {
  const open = new Map([
    [ONE, waitingReview(ONE, `incoming/<script>alert("1")</script>.png`)],
    [TWO, waitingReview(TWO, "incoming/two.png")],
  ]);
  const answers: (readonly [string, Decision])[] = [];
  const parts: ReviewPageParts = {
    key,
    classNames: CLASSES,
    show: () => Promise.resolve(Buffer.alloc(33)),
    now: () => NOW,
    tell: (error) => {
      throw error;
    },
    reviews: {
      find: (id) => Promise.resolve(open.get(id)),
      waiting: async function* () {
        yield* open.values();
      },
      answer: ({ review }, decision) => {
        answers.push([review.id, decision]);
        return Promise.resolve(open.delete(review.id));
      },
    },
    ...overrides,
  };
  const ask = (method: string, query: Record<string, string>, form: Record<string, string> = {}) =>
    answerRequest(
      { method, path: "/", query: new URLSearchParams(query), form: new URLSearchParams(form) },
      parts,
    );
  return { ask, answers, open, parts };
}

const linkTo = (review: string, expires = DEADLINE) => signLink({ review, expires }, key);

describe("the page of reviewers", () => {
  it("shows the picture, the scores, and a button for each answer with its key", async () => {
    // Act
    const { statusCode, body } = await page().ask("GET", { link: await linkTo(ONE) });

    // Assess
    expect(statusCode).to.equal(200);
    expect(body).to.contain('src="data:image/png;base64,');
    for (const [value, shortcut, text] of [
      ["cat", "1", "cat (40.0%)"],
      ["dog", "2", "dog (35.0%)"],
      ["a&amp;b", "3", "a&amp;b (25.0%)"],
      ["none", "0", "None of these"],
    ]) {
      expect(body).to.match(
        new RegExp(`<button name="answer" value="${value}" data-key="${shortcut}"[^>]*>.*`),
      );
      expect(body).to.contain(`${text}</button>`);
    }
  });

  it("takes nothing of what an uploader chose for markup", async () => {
    const { body } = await page().ask("GET", { link: await linkTo(ONE) });
    expect(body).to.contain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;");
    expect(body.match(/<script>/g)).to.have.length(1);
  });

  it("lets the browser load nothing, run its own script alone, and tell nobody where it was", async () => {
    // Act
    const { headers, body } = await page().ask("GET", { link: await linkTo(ONE) });

    // Assess
    const policy = headers["content-security-policy"] ?? "";
    for (const tag of ["script", "style"]) {
      const [, text = ""] = new RegExp(`<${tag}>([^]*?)</${tag}>`).exec(body) ?? [];
      const hash = createHash("sha256").update(text).digest("base64");
      expect(policy).to.contain(`${tag}-src 'sha256-${hash}'`);
    }
    expect(policy).to.contain("default-src 'none'").and.contain("frame-ancestors 'none'");
    expect(policy).not.to.match(/unsafe|\*|https?:/);
    expect(body).not.to.match(/ on[a-z]+="| style="|https?:/);
    expect(headers).to.include({ "referrer-policy": "no-referrer", "cache-control": "no-store" });
  });

  it("keeps an answer and leads on, until nothing waits", async () => {
    // Prepare
    const { ask, answers } = page();

    // Act
    const first = await ask("POST", {}, { link: await linkTo(ONE), answer: "dog" });
    const next = new URL(first.headers["location"] ?? "", "https://page").searchParams.get("link");
    const second = await ask("POST", {}, { link: next ?? "", answer: "none" });

    // Assess
    expect(first.statusCode).to.equal(303);
    expect(second.statusCode).to.equal(200);
    expect(second.body).to.contain("no other picture waits");
    expect(answers).to.deep.equal([
      [ONE, { decision: "label", label: "dog" }],
      [TWO, { decision: "none" }],
    ]);
  });

  it("refuses a link that was used, is too old, altered or for another picture, in the same words", async () => {
    // Prepare
    const { ask, answers } = page();
    const used = await linkTo(ONE);
    await ask("POST", {}, { link: used, answer: "cat" });
    const good = await linkTo(TWO);
    const links = {
      used,
      late: await linkTo(TWO, NOW),
      altered: good.replace(/.$/, (last) => (last === "A" ? "B" : "A")),
      "of another picture": good.replace(TWO, ONE),
      "without end": good.replace(String(DEADLINE), String(DEADLINE + 1)),
      none: "",
    };

    // Act
    const outcomes = await Promise.all(
      Object.entries(links).flatMap(([what, link]) => [
        ask("GET", { link }).then((shown) => [what, shown] as const),
        ask("POST", {}, { link, answer: "dog" }).then((taken) => [what, taken] as const),
      ]),
    );

    // Assess
    const words = new Set(outcomes.map(([, { body }]) => body));
    expect(words.size).to.equal(1);
    for (const [what, { statusCode, headers }] of outcomes) {
      expect(statusCode, what).to.equal(403);
      expect(headers, what).not.to.have.property("location");
    }
    expect(answers).to.have.length(1);
  });

  it("tells the second of two reviewers at once, and leads no further", async () => {
    // Prepare
    const { ask } = page({
      reviews: { ...page().parts.reviews, answer: () => Promise.resolve(false) },
    });

    // Act
    const { statusCode, headers, body } = await ask(
      "POST",
      {},
      { link: await linkTo(ONE), answer: "cat" },
    );

    // Assess
    expect(statusCode).to.equal(409);
    expect(headers).not.to.have.property("location");
    expect(body).to.contain("Decided already");
  });

  it("keeps no answer that is not one of its own", async () => {
    const { ask, answers } = page();
    for (const answer of ["0", "Cat", "cat ", "a&amp;b", "length", "__proto__", ""]) {
      const { statusCode } = await ask("POST", {}, { link: await linkTo(ONE), answer });
      expect(statusCode, answer).to.equal(400);
    }
    expect(answers).to.deep.equal([]);
  });

  it("keeps what the button said, though an update has put the classes into another order", async () => {
    // Prepare
    const link = await linkTo(ONE);
    const { ask, answers, parts } = page();
    const { body } = await ask("GET", { link });
    const [, answer = ""] = /value="([^"]*)" data-key="2"/.exec(body) ?? [];

    // Act
    const form = new URLSearchParams({ link, answer });
    const request = { method: "POST", path: "/", query: new URLSearchParams(), form };
    await answerRequest(request, { ...parts, classNames: ["cow", ...CLASSES.toReversed()] });

    // Assess
    expect(body).to.contain("dog (35.0%)");
    expect(answers).to.deep.equal([[ONE, { decision: "label", label: "dog" }]]);
  });

  for (const [what, trouble] of Object.entries({
    "what else waits cannot be listed": {
      reviews: {
        ...page().parts.reviews,
        answer: () => Promise.resolve(true),
        waiting: () => {
          throw new Error("SlowDown");
        },
      },
    },
    "no link can be signed": {
      key: { ...key, sign: () => Promise.reject(new Error("SlowDown")) },
    },
  } satisfies Record<string, Partial<ReviewPageParts>>)) {
    it(`says that an answer is kept when ${what}`, async () => {
      // Prepare
      const told: unknown[] = [];
      const { ask } = page({ ...trouble, tell: (error) => told.push(error) });

      // Act
      const form = { link: await linkTo(ONE), answer: "cat" };
      const { statusCode, headers, body } = await ask("POST", {}, form);

      // Assess
      expect(statusCode).to.equal(200);
      expect(headers).not.to.have.property("location");
      expect(body).to.contain("Your answer is kept").and.not.contain("no other picture");
      expect(told).to.have.length(1);
    });
  }

  it("lets a picture that is gone be answered all the same", async () => {
    const { ask } = page({ show: () => Promise.resolve(undefined) });
    const { statusCode, body } = await ask("GET", { link: await linkTo(ONE) });
    expect(statusCode).to.equal(200);
    expect(body).to.contain("The picture is gone").and.contain("</button>");
  });

  it("has one address and two methods", async () => {
    const { ask, parts } = page();
    expect((await ask("DELETE", { link: await linkTo(ONE) })).statusCode).to.equal(405);
    const query = new URLSearchParams();
    const elsewhere = { method: "GET", path: "/favicon.ico", query, form: query };
    expect((await answerRequest(elsewhere, parts)).statusCode).to.equal(404);
  });
});
