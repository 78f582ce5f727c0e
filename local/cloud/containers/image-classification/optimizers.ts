/**
 * The algorithm's four optimizers as ONNX operators over one flat vector of parameters, with the
 * update rules of Apache MXNet's `optimizer` module: weight decay is added to the gradient.
 */
import type { Graph, Value } from "./onnx";

export type OptimizerName = "sgd" | "nag" | "adam" | "rmsprop";

export interface OptimizerSettings {
  readonly weightDecay: number;
  /** sgd and nag. */
  readonly momentum: number;
  /** adam. */
  readonly beta1: number;
  readonly beta2: number;
  /** adam and rmsprop: keeps the divisor from zero. */
  readonly epsilon: number;
  /** rmsprop: share of the old mean square that stays. */
  readonly gamma: number;
}

interface Update {
  readonly parameters: Value;
  readonly gradient: Value;
  /** One where weight decay applies, zero elsewhere. */
  readonly decayed: Value;
  /** Length of these vectors. */
  readonly count: number;
}

/**
 * Adds the update to the graph: inputs `rate`, `slot1` and `slot2` (two vectors of memory, zero at
 * first), outputs `newParameters`, `newSlot1` and `newSlot2`.
 */
export function optimizer(
  graph: Graph,
  name: OptimizerName,
  settings: OptimizerSettings,
  { parameters, gradient, decayed, count }: Update,
): void {
  const add = (a: Value, b: Value) => graph.op("Add", [a, b]);
  const subtract = (a: Value, b: Value) => graph.op("Sub", [a, b]);
  const multiply = (a: Value, b: Value) => graph.op("Mul", [a, b]);
  const divide = (a: Value, b: Value) => graph.op("Div", [a, b]);
  const root = (a: Value) => graph.op("Sqrt", [a]);
  const scale = (a: Value, factor: number) => multiply(a, graph.constant(factor));
  const average = (old: Value, latest: Value, share: number) =>
    add(scale(old, share), scale(latest, 1 - share));

  const rate = graph.input("rate", "float32", []);
  const slot1 = graph.input("slot1", "float32", [count]);
  const slot2 = graph.input("slot2", "float32", [count]);
  const slope = add(gradient, scale(multiply(parameters, decayed), settings.weightDecay));
  const epsilon = graph.constant(settings.epsilon);

  const rules: Record<OptimizerName, () => readonly [step: Value, slot1: Value, slot2: Value]> = {
    sgd: () => {
      const velocity = add(scale(slot1, settings.momentum), multiply(rate, slope));
      return [velocity, velocity, slot2];
    },
    nag: () => {
      const velocity = add(scale(slot1, settings.momentum), slope);
      const ahead = add(slope, scale(velocity, settings.momentum));
      return [multiply(rate, ahead), velocity, slot2];
    },
    adam: () => {
      const mean = average(slot1, slope, settings.beta1);
      const square = average(slot2, multiply(slope, slope), settings.beta2);
      return [multiply(rate, divide(mean, add(root(square), epsilon))), mean, square];
    },
    rmsprop: () => {
      const square = average(slot1, multiply(slope, slope), settings.gamma);
      return [multiply(rate, divide(slope, root(add(square, epsilon)))), square, slot2];
    },
  };
  const [step, newSlot1, newSlot2] = rules[name]();
  graph.output("newParameters", subtract(parameters, step), [count]);
  graph.output("newSlot1", newSlot1, [count]);
  graph.output("newSlot2", newSlot2, [count]);
}

/**
 * The rate to feed to the graph at an update: adam's is corrected for its averages, which start at
 * zero.
 * @param updates how many there are with this one
 */
export function updateRate(
  name: OptimizerName,
  { beta1, beta2 }: OptimizerSettings,
  learningRate: number,
  updates: number,
): number {
  return name === "adam"
    ? (learningRate * Math.sqrt(1 - beta2 ** updates)) / (1 - beta1 ** updates)
    : learningRate;
}
