/**
 * The network that stands in for the algorithm's ResNet, as two ONNX graphs: one that answers
 * (images in, probabilities out) and one that learns (forward pass, hand-derived backward pass and
 * optimizer, all in plain ONNX operators, so that an inference runtime can train).
 *
 * It is three blocks of 3x3 convolution, 2x2 maximum, batch normalisation and rectifier, then one
 * dense layer.
 */
import { Graph, type Value } from "./onnx";
import { type OptimizerName, type OptimizerSettings, optimizer } from "./optimizers";

export interface NetworkSpec {
  readonly height: number;
  readonly width: number;
  readonly classes: number;
  /** Channels after each block. */
  readonly widths: readonly number[];
}

/** What a trained network knows. */
export interface Weights {
  /** Every parameter, in the order of {@link parameterShapes}. */
  readonly parameters: Float32Array;
  /** Running mean and variance of every channel, block after block. */
  readonly statistics: Float32Array;
}

type Shapes = Readonly<Record<string, readonly number[]>>;

const BATCH_NORM_EPSILON = 1e-5;
/** Share of the old running statistics that stays after each batch. */
const STATISTICS_MOMENTUM = 0.9;

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** The network looks at whole 8x8 cells; the rows and columns left over are not seen. */
function seen(spec: NetworkSpec) {
  const cell = 2 ** spec.widths.length;
  return {
    height: spec.height - (spec.height % cell),
    width: spec.width - (spec.width % cell),
    cell,
  };
}

/** Numbers that enter the dense layer, per image. */
export function featureCount(spec: NetworkSpec): number {
  const { height, width, cell } = seen(spec);
  return (height / cell) * (width / cell) * (spec.widths.at(-1) ?? 0);
}

/** Shapes of the parameters by name, in the order in which they are stored. */
export function parameterShapes(spec: NetworkSpec): Shapes {
  const shapes: Record<string, readonly number[]> = {};
  spec.widths.forEach((channels, block) => {
    shapes[`filters${block}`] = [channels, spec.widths[block - 1] ?? 3, 3, 3];
    shapes[`gamma${block}`] = [1, channels, 1, 1];
    shapes[`beta${block}`] = [1, channels, 1, 1];
  });
  shapes["dense"] = [featureCount(spec), spec.classes];
  shapes["bias"] = [spec.classes];
  return shapes;
}

function statisticsShapes(spec: NetworkSpec): Shapes {
  return Object.fromEntries(
    spec.widths.flatMap((channels, block) => [
      [`mean${block}`, [1, channels, 1, 1]],
      [`variance${block}`, [1, channels, 1, 1]],
    ]),
  );
}

/** Random weights, drawn as He et al. 2015 and the algorithm do; gamma and variance start at one. */
export function initialWeights(spec: NetworkSpec, gaussian: () => number): Weights {
  const fill = (shapes: Shapes, value: (name: string, shape: readonly number[]) => number) =>
    Float32Array.from(
      Object.entries(shapes).flatMap(([name, shape]) =>
        Array.from({ length: sizeOf(shape) }, () => value(name, shape)),
      ),
    );
  return {
    parameters: fill(parameterShapes(spec), (name, shape) => {
      if (name.startsWith("filters")) return gaussian() * Math.sqrt(2 / sizeOf(shape.slice(1)));
      if (name === "dense") return gaussian() * Math.sqrt(1 / (shape[0] ?? 1));
      return name.startsWith("gamma") ? 1 : 0;
    }),
    statistics: fill(statisticsShapes(spec), (name) => (name.startsWith("variance") ? 1 : 0)),
  };
}

/** Takes one flat vector apart into tensors by name. */
function unpack(graph: Graph, vector: Value, shapes: Shapes): Record<string, Value> {
  const entries = Object.entries(shapes);
  const sizes = graph.integers(...entries.map(([, shape]) => sizeOf(shape)));
  const pieces = graph.ops("Split", [vector, sizes], entries.length, { axis: 0 });
  return Object.fromEntries(
    entries.map(([name, shape], index) => [
      name,
      graph.op("Reshape", [pieces[index] as Value, graph.integers(...shape)]),
    ]),
  );
}

/** The inverse of {@link unpack}. */
function pack(graph: Graph, tensors: Readonly<Record<string, Value>>, shapes: Shapes): Value {
  const flat = Object.keys(shapes).map((name) =>
    graph.op("Reshape", [tensors[name] as Value, graph.integers(-1)]),
  );
  return graph.op("Concat", flat, { axis: 0 });
}

function imageInput(graph: Graph, spec: NetworkSpec): Value {
  const image = graph.input("images", "uint8", ["batch", 3, spec.height, spec.width]);
  const { height, width } = seen(spec);
  const whole = graph.op("Slice", [
    image,
    graph.integers(0, 0),
    graph.integers(height, width),
    graph.integers(2, 3),
  ]);
  const pixels = graph.op("Cast", [whole], { to: 1 });
  const centred = graph.op("Sub", [pixels, graph.constant(127.5)]);
  return graph.op("Mul", [centred, graph.constant(1 / 64)]);
}

/** One step of the forward pass, and how the loss's gradient goes back through it. */
interface Layer {
  readonly output: Value;
  readonly backward: (gradient: Value) => Value;
}

/** The graph that learns; its inputs and outputs are those of {@link TrainingStep}. */
export function trainingGraph(
  spec: NetworkSpec,
  batch: number,
  optimizerName: OptimizerName,
  settings: OptimizerSettings,
): Buffer {
  const graph = new Graph("training");
  const shapes = parameterShapes(spec);
  const parameterCount = sum(Object.values(shapes).map(sizeOf));
  const statisticsCount = 2 * sum(spec.widths);
  const vector = graph.input("parameters", "float32", [parameterCount]);
  const running = graph.input("statistics", "float32", [statisticsCount]);
  const targets = graph.input("targets", "float32", [batch, spec.classes]);
  const dropout = graph.input("dropout", "float32", [batch, featureCount(spec)]);
  const parameters = unpack(graph, vector, shapes);
  const weight = (name: string) => parameters[name] as Value;
  const gradients: Record<string, Value> = {};
  const statistics: Record<string, Value> = {};
  const { height, width } = seen(spec);

  const convolution = (block: number, input: Value): Layer => {
    const filters = weight(`filters${block}`);
    const [outputs, inputs] = shapes[`filters${block}`] as [number, number];
    const [rows, columns] = [height / 2 ** block, width / 2 ** block];
    return {
      output: graph.op("Conv", [input, filters], { pads: [1, 1, 1, 1] }),
      backward: (gradient) => {
        // Filters: every output's gradient times the nine shifted inputs it was made from.
        const padded = graph.op("Pad", [input, graph.integers(0, 0, 1, 1, 0, 0, 1, 1)]);
        const shifted = [0, 1, 2].flatMap((y) =>
          [0, 1, 2].map((x) =>
            graph.op("Slice", [
              padded,
              graph.integers(y, x),
              graph.integers(y + rows, x + columns),
              graph.integers(2, 3),
            ]),
          ),
        );
        const patches = graph.op("Reshape", [
          graph.op("Concat", shifted, { axis: 1 }),
          graph.integers(batch, 9 * inputs, rows * columns),
        ]);
        const flat = graph.op("Reshape", [
          gradient,
          graph.integers(batch, outputs, rows * columns),
        ]);
        const perImage = graph.op("MatMul", [
          flat,
          graph.op("Transpose", [patches], { perm: [0, 2, 1] }),
        ]);
        const perTap = graph.op("Reshape", [
          graph.op("ReduceSum", [perImage, graph.integers(0)], { keepdims: 0 }),
          graph.integers(outputs, 9, inputs),
        ]);
        gradients[`filters${block}`] = graph.op("Transpose", [perTap], { perm: [0, 2, 1] });
        return block === 0
          ? ""
          : graph.op("ConvTranspose", [gradient, filters], { pads: [1, 1, 1, 1] });
      },
    };
  };

  const maximum = (input: Value): Layer => {
    const [output, origin] = graph.ops("MaxPool", [input], 2, {
      kernel_shape: [2, 2],
      strides: [2, 2],
    }) as [Value, Value];
    return {
      output,
      backward: (gradient) =>
        graph.op("MaxUnpool", [gradient, origin, graph.op("Shape", [input])], {
          kernel_shape: [2, 2],
          strides: [2, 2],
        }),
    };
  };

  const normalisation = (block: number, input: Value): Layer => {
    const axes = graph.integers(0, 2, 3);
    const gamma = weight(`gamma${block}`);
    const mean = graph.op("ReduceMean", [input, axes]);
    const centred = graph.op("Sub", [input, mean]);
    const variance = graph.op("ReduceMean", [graph.op("Mul", [centred, centred]), axes]);
    const deviation = graph.op("Sqrt", [
      graph.op("Add", [variance, graph.constant(BATCH_NORM_EPSILON)]),
    ]);
    const normal = graph.op("Div", [centred, deviation]);
    statistics[`mean${block}`] = mean;
    statistics[`variance${block}`] = variance;
    return {
      output: graph.op("Add", [graph.op("Mul", [normal, gamma]), weight(`beta${block}`)]),
      backward: (gradient) => {
        const along = graph.op("Mul", [gradient, normal]);
        gradients[`beta${block}`] = graph.op("ReduceSum", [gradient, axes]);
        gradients[`gamma${block}`] = graph.op("ReduceSum", [along, axes]);
        const mean = graph.op("ReduceMean", [gradient, axes]);
        const slope = graph.op("ReduceMean", [along, axes]);
        const rest = graph.op("Sub", [
          graph.op("Sub", [gradient, mean]),
          graph.op("Mul", [normal, slope]),
        ]);
        return graph.op("Mul", [rest, graph.op("Div", [gamma, deviation])]);
      },
    };
  };

  const rectifier = (input: Value): Layer => {
    const zero = graph.constant(0);
    return {
      output: graph.op("Relu", [input]),
      backward: (gradient) =>
        graph.op("Where", [graph.op("Greater", [input, zero]), gradient, zero]),
    };
  };

  const layers: Layer[] = [];
  const apply = (layer: Layer) => {
    layers.push(layer);
    return layer.output;
  };
  let signal = imageInput(graph, spec);
  spec.widths.forEach((_, block) => {
    signal = apply(convolution(block, signal));
    signal = apply(maximum(signal));
    signal = apply(normalisation(block, signal));
    signal = apply(rectifier(signal));
  });
  const blockOutput = signal;
  const features = graph.op("Mul", [
    graph.op("Reshape", [signal, graph.integers(batch, -1)]),
    dropout,
  ]);
  const logits = graph.op("Gemm", [features, weight("dense"), weight("bias")]);
  const logProbabilities = graph.op("LogSoftmax", [logits]);
  const negated = graph.op("Neg", [graph.op("Mul", [targets, logProbabilities])]);
  graph.output(
    "loss",
    graph.op("Div", [graph.op("ReduceSum", [negated], { keepdims: 0 }), graph.constant(batch)]),
    [],
  );
  graph.output("scores", logits, [batch, spec.classes]);

  const error = graph.op("Div", [
    graph.op("Sub", [graph.op("Softmax", [logits]), targets]),
    graph.constant(batch),
  ]);
  gradients["dense"] = graph.op("Gemm", [features, error], { transA: 1 });
  gradients["bias"] = graph.op("ReduceSum", [error, graph.integers(0)], { keepdims: 0 });
  const back = graph.op("Mul", [
    graph.op("Gemm", [error, weight("dense")], { transB: 1 }),
    dropout,
  ]);
  let gradient = graph.op("Reshape", [back, graph.op("Shape", [blockOutput])]);
  for (const layer of layers.reverse()) gradient = layer.backward(gradient);

  const decayed = Float32Array.from(
    Object.entries(shapes).flatMap(([name, shape]) =>
      Array<number>(sizeOf(shape)).fill(/^(filters|gamma|dense)/.test(name) ? 1 : 0),
    ),
  );
  optimizer(graph, optimizerName, settings, {
    parameters: vector,
    gradient: pack(graph, gradients, shapes),
    decayed: graph.constant(decayed, [parameterCount]),
    count: parameterCount,
  });
  const latest = pack(graph, statistics, statisticsShapes(spec));
  graph.output(
    "newStatistics",
    graph.op("Add", [
      graph.op("Mul", [running, graph.constant(STATISTICS_MOMENTUM)]),
      graph.op("Mul", [latest, graph.constant(1 - STATISTICS_MOMENTUM)]),
    ]),
    [statisticsCount],
  );
  return graph.serialize();
}

/** The graph that answers: `images` (uint8, batch x 3 x height x width) to `probabilities`. */
export function servingGraph(spec: NetworkSpec, weights: Weights, mirror = true): Buffer {
  const graph = new Graph("serving");
  const shapes = { ...parameterShapes(spec) };
  const constants: Record<string, Value> = {};
  for (const [all, data] of [
    [shapes, weights.parameters],
    [statisticsShapes(spec), weights.statistics],
  ] as const) {
    let offset = 0;
    for (const [name, shape] of Object.entries(all)) {
      const size = sizeOf(shape);
      const stored = shape[0] === 1 ? [size] : shape;
      constants[name] = graph.constant(data.slice(offset, offset + size), stored);
      offset += size;
    }
  }
  const weight = (name: string) => constants[name] as Value;
  const probabilities = (image: Value) => {
    let signal = image;
    spec.widths.forEach((_, block) => {
      signal = graph.op("Conv", [signal, weight(`filters${block}`)], { pads: [1, 1, 1, 1] });
      signal = graph.op("MaxPool", [signal], { kernel_shape: [2, 2], strides: [2, 2] });
      signal = graph.op(
        "BatchNormalization",
        [
          signal,
          weight(`gamma${block}`),
          weight(`beta${block}`),
          weight(`mean${block}`),
          weight(`variance${block}`),
        ],
        { epsilon: { float: BATCH_NORM_EPSILON } },
      );
      signal = graph.op("Relu", [signal]);
    });
    const logits = graph.op("Gemm", [
      graph.op("Flatten", [signal]),
      weight("dense"),
      weight("bias"),
    ]);
    return graph.op("Softmax", [logits]);
  };
  const image = imageInput(graph, spec);
  const mirrored = graph.op("Slice", [
    image,
    graph.integers(-1),
    graph.integers(-spec.width - 1),
    graph.integers(3),
    graph.integers(-1),
  ]);
  const answer = mirror
    ? graph.op("Mean", [probabilities(image), probabilities(mirrored)])
    : probabilities(image);
  graph.output("probabilities", answer, ["batch", spec.classes]);
  return graph.serialize();
}
