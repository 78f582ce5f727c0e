/** What becomes of doubtful verdicts in a deployed workflow, answered as a reviewer's browser does. */
import { expect } from "chai";
import { INFERENCE_PREFIXES } from "../../../contract/inference";
import { Doubts, type DeployedReviews } from "./doubts";

/** Tests of a workflow that is deployed already. @param deployed asked for when a test begins */
export function describeReviews(deployed: () => DeployedReviews): void {
  let doubts: Doubts;
  before(() => {
    doubts = new Doubts(deployed());
  });
  after(() => doubts.close());

  const answer = (link: URL, choice: string) =>
    fetch(new URL("/", link), {
      method: "POST",
      body: new URLSearchParams({ link: link.searchParams.get("link") ?? "", answer: choice }),
      redirect: "manual",
    });

  it("are shown and answered by the link that reviewers get, once, and kept as labels", async () => {
    // Prepare
    const { verdict, link } = await doubts.raise(`${INFERENCE_PREFIXES.batches}doubtful 1.png`);
    await doubts.raise(`${INFERENCE_PREFIXES.batches}doubtful 2.png`);

    // Act
    const shown = await fetch(link);
    const taken = await answer(link, "1");
    const next = await fetch(new URL(taken.headers.get("location") ?? "", link));
    const again = await Promise.all([fetch(link), answer(link, "0")]);

    // Assess
    expect(shown.status).to.equal(200);
    expect(await shown.text()).to.contain('src="data:image/png;base64,');
    expect(taken.status).to.equal(303);
    expect(next.status).to.equal(200);
    expect(again.map(({ status }) => status)).to.deep.equal([403, 403]);
    expect(await doubts.labelOf(verdict)).to.deep.equal({
      image: verdict.image,
      decision: "label",
      label: "motorcycle",
      verdict: { inferenceId: verdict.inferenceId, label: "bicycle", confidence: 0.5 },
    });
  });

  it("are decided by one of two reviewers at once, and the other is told", async () => {
    // Prepare
    const { verdict, link } = await doubts.raise(`${INFERENCE_PREFIXES.batches}doubtful 3.png`);

    // Act
    const both = await Promise.all([answer(link, "0"), answer(link, "1")]);

    // Assess
    const statuses = both.map(({ status }) => status);
    expect(statuses.filter((status) => status === 303 || status === 200)).to.have.length(1);
    // Whoever comes a moment later finds the link used.
    expect(statuses.filter((status) => status === 409 || status === 403)).to.have.length(1);
    const winner = ["bicycle", "motorcycle"][statuses.findIndex((status) => status < 400)];
    expect((await doubts.labelOf(verdict)).label).to.equal(winner);
  });
}
