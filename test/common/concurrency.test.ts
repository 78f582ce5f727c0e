import { expect } from "chai";
import { forEachConcurrently, mapConcurrently } from "../../common/concurrency";

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

describe("tasks that run at the same time", () => {
  const numbers = Array.from({ length: 20 }, (_, index) => index);

  it("are no more than allowed, and end when all items have had theirs", async () => {
    // Prepare
    const done: number[] = [];
    let [underWay, most] = [0, 0];

    // Act
    await forEachConcurrently(numbers, 4, async (item) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setTimeout(resolve, (item * 7) % 5));
      underWay -= 1;
      done.push(item);
    });

    // Assess
    expect(most).to.equal(4);
    expect(done.sort((one, other) => one - other)).to.deep.equal(numbers);
  });

  it("are not begun any more after a failure, which is told when those under way have ended", async () => {
    // Prepare
    const failure = new Error("no");
    const begun: number[] = [];
    const ended: number[] = [];

    // Act
    const error = await forEachConcurrently(numbers, 3, async (item) => {
      begun.push(item);
      await new Promise((resolve) => setTimeout(resolve, item === 1 ? 1 : 10));
      if (item === 1) {
        throw failure;
      }
      ended.push(item);
    }).catch((thrown: unknown) => thrown);

    // Assess
    expect(error).to.equal(failure);
    expect(begun).to.deep.equal([0, 1, 2]);
    expect(ended).to.deep.equal([0, 2]);
  });
});
