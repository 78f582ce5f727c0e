import { expect } from "chai";
import { mapConcurrently } from "../../common/concurrency";

describe("results of tasks that run at the same time", () => {
  /** Tasks that end in any order, and how many were under way and begun. */
  function tasks(endings: Readonly<Record<number, Error>> = {}) {
    const counts = { underWay: 0, most: 0, begun: 0 };
    const run = async (item: number): Promise<number> => {
      counts.begun += 1;
      counts.underWay += 1;
      counts.most = Math.max(counts.most, counts.underWay);
      await new Promise((resolve) => setTimeout(resolve, (item * 7) % 5));
      counts.underWay -= 1;
      const error = endings[item];
      if (error !== undefined) {
        throw error;
      }
      return item * 2;
    };
    return { run, counts };
  }
  const numbers = Array.from({ length: 20 }, (_, index) => index);

  it("come in the order of the items, with as many tasks at once as allowed", async () => {
    for (const limit of [1, 4, 50]) {
      const { run, counts } = tasks();
      const results: number[] = [];
      for await (const result of mapConcurrently(numbers, limit, run)) {
        results.push(result);
      }
      expect(results).to.deep.equal(numbers.map((item) => item * 2));
      expect(counts.most).to.equal(Math.min(limit, numbers.length));
    }
  });

  it("end with the first failure, when it is its turn", async () => {
    // Prepare
    const failure = new Error("no");
    const { run } = tasks({ 6: failure, 7: new Error("later") });
    const results: number[] = [];

    // Act
    const error = await (async () => {
      for await (const result of mapConcurrently(numbers, 4, run)) {
        results.push(result);
      }
    })().catch((thrown: unknown) => thrown);

    // Assess
    expect(error).to.equal(failure);
    expect(results).to.deep.equal([0, 2, 4, 6, 8, 10]);
  });

  it("begin nothing more for whoever has had enough", async () => {
    // Prepare
    const { run, counts } = tasks({ 2: new Error("nobody is told") });

    // Act
    for await (const result of mapConcurrently(numbers, 4, run)) {
      expect(result).to.equal(0);
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));

    // Assess
    expect(counts.begun).to.equal(4);
  });
});
