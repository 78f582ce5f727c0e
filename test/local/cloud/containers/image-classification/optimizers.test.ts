import { expect } from "chai";
import {
  InferenceSession,
  Tensor,
} from "../../../../../local/cloud/containers/image-classification/runtime";
import { Graph } from "../../../../../local/cloud/containers/image-classification/onnx";
import {
  optimizer,
  type OptimizerName,
  updateRate,
} from "../../../../../local/cloud/containers/image-classification/optimizers";

const SETTINGS = {
  weightDecay: 0.1,
  momentum: 0.8,
  beta1: 0.7,
  beta2: 0.9,
  epsilon: 1e-3,
  gamma: 0.6,
};
const RATES = [0.5, 0.25];
const GRADIENTS = [
  [0.3, -0.2],
  [-0.1, 0.4],
];
const START = [1, -2];

/** Where two updates lead. The first parameter has weight decay, the second has not. */
async function updated(name: OptimizerName): Promise<readonly number[]> {
  const graph = new Graph("update");
  const vector = (values: readonly number[]) =>
    new Tensor("float32", Float32Array.from(values), [values.length]);
  optimizer(graph, name, SETTINGS, {
    parameters: graph.input("parameters", "float32", [2]),
    gradient: graph.input("gradient", "float32", [2]),
    decayed: graph.constant(Float32Array.of(1, 0), [2]),
    count: 2,
  });
  const session = await InferenceSession.create(graph.serialize(), { logSeverityLevel: 3 });
  let state = { parameters: vector(START), slot1: vector([0, 0]), slot2: vector([0, 0]) };
  for (const [update, gradient] of GRADIENTS.entries()) {
    const rate = updateRate(name, SETTINGS, RATES[update] as number, update + 1);
    const feeds = {
      ...state,
      gradient: vector(gradient),
      rate: new Tensor("float32", Float32Array.of(rate), []),
    };
    // A rule that has no use for a memory has no such input either.
    const used = Object.entries(feeds).filter(([input]) => session.inputNames.includes(input));
    const outputs = await session.run(Object.fromEntries(used));
    state = {
      parameters: outputs["newParameters"] as Tensor,
      slot1: outputs["newSlot1"] as Tensor,
      slot2: outputs["newSlot2"] as Tensor,
    } as typeof state;
  }
  await session.release();
  return Array.from(state.parameters.data as Float32Array);
}

/** The same by a rule for one parameter, which keeps what it remembers to itself. */
function expected(rule: () => (slope: number, rate: number, update: number) => number) {
  return START.map((start, parameter) => {
    const move = rule();
    return GRADIENTS.reduce((value, gradient, update) => {
      const decay = parameter === 0 ? SETTINGS.weightDecay * value : 0;
      const slope = (gradient[parameter] as number) + decay;
      return value - move(slope, RATES[update] as number, update + 1);
    }, start);
  });
}

/** The rules of Apache MXNet's `optimizer` module. */
const RULES: Record<OptimizerName, Parameters<typeof expected>[0]> = {
  sgd: () => {
    let velocity = 0;
    return (slope, rate) => (velocity = SETTINGS.momentum * velocity + rate * slope);
  },
  nag: () => {
    let velocity = 0;
    return (slope, rate) => {
      velocity = SETTINGS.momentum * velocity + slope;
      return rate * (slope + SETTINGS.momentum * velocity);
    };
  },
  adam: () => {
    const { beta1, beta2, epsilon } = SETTINGS;
    let [mean, square] = [0, 0];
    return (slope, rate, update) => {
      mean = beta1 * mean + (1 - beta1) * slope;
      square = beta2 * square + (1 - beta2) * slope ** 2;
      const corrected = (rate * Math.sqrt(1 - beta2 ** update)) / (1 - beta1 ** update);
      return (corrected * mean) / (Math.sqrt(square) + epsilon);
    };
  },
  rmsprop: () => {
    const { gamma, epsilon } = SETTINGS;
    let square = 0;
    return (slope, rate) => {
      square = gamma * square + (1 - gamma) * slope ** 2;
      return (rate * slope) / Math.sqrt(square + epsilon);
    };
  },
};

describe("the optimizers", () => {
  for (const [name, rule] of Object.entries(RULES)) {
    it(`${name} moves parameters as its rule says`, async () => {
      // Act
      const found = await updated(name as OptimizerName);

      // Assess
      for (const [at, value] of expected(rule).entries()) {
        expect(found[at]).to.be.closeTo(value, 1e-5);
      }
    });
  }
});
