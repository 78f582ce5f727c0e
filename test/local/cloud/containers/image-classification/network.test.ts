import { expect } from "chai";
import {
  InferenceSession,
  Tensor,
} from "../../../../../local/cloud/containers/image-classification/runtime";
import {
  featureCount,
  initialWeights,
  type NetworkSpec,
  parameterShapes,
  servingGraph,
  trainingGraph,
  type Weights,
} from "../../../../../local/cloud/containers/image-classification/network";
import { seededRandom } from "../../../../../local/cloud/containers/image-classification/random";

const SPEC: NetworkSpec = { height: 9, width: 8, classes: 3, widths: [4, 5] };
const BATCH = 6;
const PLAIN = { weightDecay: 0, momentum: 0, beta1: 0, beta2: 0, epsilon: 0, gamma: 0 };

const random = seededRandom(5);
const WEIGHTS = initialWeights(SPEC, () => random.gaussian());
const IMAGES = Uint8Array.from({ length: BATCH * 3 * SPEC.height * SPEC.width }, () =>
  random.below(256),
);
const TARGETS = Float32Array.from({ length: BATCH * SPEC.classes }, (_, at) =>
  at % SPEC.classes === Math.floor(at / SPEC.classes) % SPEC.classes ? 0.8 : 0.1,
);
const KEEP_ALL = new Float32Array(BATCH * featureCount(SPEC)).fill(1);

/** One step of plain gradient descent with rate 1 from these weights. */
async function step(session: InferenceSession, weights: Weights, dropout: Float32Array) {
  const vector = (data: Float32Array) => new Tensor("float32", data, [data.length]);
  const memory = new Float32Array(weights.parameters.length);
  const outputs = await session.run({
    parameters: vector(weights.parameters),
    statistics: vector(weights.statistics),
    slot1: vector(memory),
    slot2: vector(memory),
    images: new Tensor("uint8", IMAGES, [BATCH, 3, SPEC.height, SPEC.width]),
    targets: new Tensor("float32", TARGETS, [BATCH, SPEC.classes]),
    dropout: new Tensor("float32", dropout, [BATCH, featureCount(SPEC)]),
    rate: new Tensor("float32", Float32Array.of(1), []),
  });
  const data = (name: string) => (outputs[name] as Tensor).data as Float32Array;
  return {
    loss: data("loss")[0] as number,
    scores: data("scores"),
    statistics: data("newStatistics"),
    gradient: weights.parameters.map((value, at) => value - (data("newParameters")[at] as number)),
  };
}

const dot = (one: Float32Array, other: Float32Array) =>
  one.reduce((total, value, at) => total + value * (other[at] as number), 0);

describe("the network", () => {
  let session: InferenceSession;

  before(async () => {
    session = await InferenceSession.create(trainingGraph(SPEC, BATCH, "sgd", PLAIN), {
      logSeverityLevel: 3,
    });
  });

  after(() => session.release());

  let offset = 0;
  for (const [name, shape] of Object.entries(parameterShapes(SPEC))) {
    const [start, size] = [offset, shape.reduce((product, length) => product * length, 1)];
    offset += size;

    it(`has the gradient for ${name} that finite differences give`, async () => {
      // Prepare
      const dropout = KEEP_ALL.map((_, at) => (at % 5 === 0 ? 0 : 1.25));
      const { gradient } = await step(session, WEIGHTS, dropout);
      const lossAt = async (direction: Float32Array, distance: number) => {
        const parameters = WEIGHTS.parameters.map(
          (value, at) => value + distance * (direction[at] as number),
        );
        return (await step(session, { ...WEIGHTS, parameters }, dropout)).loss;
      };

      for (let trial = 0; trial < 4; trial++) {
        const direction = new Float32Array(WEIGHTS.parameters.length);
        for (let at = start; at < start + size; at++) direction[at] = random.gaussian();
        const length = Math.sqrt(dot(direction, direction));
        const unit = direction.map((value) => value / length);

        // Act
        const distance = 2e-3;
        const difference = (await lossAt(unit, distance)) - (await lossAt(unit, -distance));

        // Assess
        expect(dot(gradient, unit)).to.be.closeTo(difference / (2 * distance), 2e-3);
      }
    });
  }

  it("answers what it learned: both graphs compute the same", async () => {
    // Prepare: running statistics that equal those of the batch.
    const { statistics } = await step(session, WEIGHTS, KEEP_ALL);
    const ofBatch = statistics.map(
      (value, at) => (value - 0.9 * (WEIGHTS.statistics[at] as number)) / 0.1,
    );

    // Act
    const { scores } = await step(session, WEIGHTS, KEEP_ALL);
    const serving = await InferenceSession.create(
      servingGraph(SPEC, { ...WEIGHTS, statistics: ofBatch }, false),
    );
    const { probabilities } = await serving.run({
      images: new Tensor("uint8", IMAGES, [BATCH, 3, SPEC.height, SPEC.width]),
    });
    await serving.release();

    // Assess
    const answered = (probabilities as Tensor).data as Float32Array;
    for (let image = 0; image < BATCH; image++) {
      const exponentials = scores.slice(image * 3, image * 3 + 3).map(Math.exp);
      const sum = exponentials.reduce((total, value) => total + value, 0);
      for (const [label, value] of exponentials.entries()) {
        expect(answered[image * 3 + label]).to.be.closeTo(value / sum, 1e-4);
      }
    }
  });

  it("answers the same for an image and its mirror image", async () => {
    // Prepare
    const serving = await InferenceSession.create(servingGraph(SPEC, WEIGHTS));
    const mirrored = IMAGES.map(
      (_, at) => IMAGES[at - (at % SPEC.width) + (SPEC.width - 1 - (at % SPEC.width))] as number,
    );
    const answer = async (images: Uint8Array) => {
      const outputs = await serving.run({
        images: new Tensor("uint8", images, [BATCH, 3, SPEC.height, SPEC.width]),
      });
      return (outputs["probabilities"] as Tensor).data as Float32Array;
    };

    // Act
    const [one, other] = [await answer(IMAGES), await answer(mirrored)];
    await serving.release();

    // Assess
    for (const [at, value] of one.entries()) expect(other[at]).to.be.closeTo(value, 1e-5);
  });
});
