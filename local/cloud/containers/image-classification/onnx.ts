/**
 * Writes ONNX models: a graph is built operator by operator and serialised as the protocol buffer
 * that `onnx.proto` of the ONNX project defines. Only what this container needs of it: float32,
 * int64 and uint8 tensors, and attributes of numbers and text.
 */

/** Name of a tensor inside a graph. */
export type Value = string;

type ElementType = "float32" | "int64" | "uint8";

/** Sizes; a text is the name of a size that is only known at run time. */
type Shape = readonly (number | string)[];

type Attribute = number | string | readonly number[] | { readonly float: number };

/** `TensorProto.DataType`. */
const DATA_TYPES = { float32: 1, uint8: 2, int64: 7 } as const;

/** `AttributeProto.AttributeType`. */
const ATTRIBUTE_TYPES = { float: 1, int: 2, string: 3, ints: 7 } as const;

const IR_VERSION = 8;
const OPSET_VERSION = 18;

/** A graph under construction. */
export class Graph {
  private readonly parts: Buffer[] = [];
  private count = 0;

  constructor(private readonly name: string) {}

  /** Declares an input of the graph. */
  input(name: string, type: ElementType, shape: Shape): Value {
    this.parts.push(bytes(11, valueInfo(name, type, shape)));
    return name;
  }

  /** Declares an output of the graph under a name of its own. */
  output(name: string, value: Value, shape: Shape): void {
    this.addNode("Identity", [value], [name], {});
    this.parts.push(bytes(12, valueInfo(name, "float32", shape)));
  }

  /** A float32 constant. Without a shape it is a scalar. */
  constant(data: number | Float32Array, shape: readonly number[] = []): Value {
    const values = typeof data === "number" ? Float32Array.of(data) : data;
    return this.addInitializer("float32", shape, values);
  }

  /** A constant list of int64, which is how operators are told sizes and axes. */
  integers(...values: readonly number[]): Value {
    return this.addInitializer("int64", [values.length], BigInt64Array.from(values.map(BigInt)));
  }

  /** Applies an operator that has one output. An empty name stands for an input left out. */
  op(
    type: string,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value {
    return this.ops(type, inputs, 1, attributes)[0] as Value;
  }

  /** Applies an operator that has several outputs. */
  ops(
    type: string,
    inputs: readonly Value[],
    outputs: number,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value[] {
    const names = Array.from({ length: outputs }, () => this.nextName(type));
    this.addNode(type, inputs, names, attributes);
    return names;
  }

  /** The finished model, as the content of an `.onnx` file. */
  serialize(): Buffer {
    return Buffer.concat([
      int(1, IR_VERSION),
      text(2, "ml-workflow-aws"),
      bytes(7, Buffer.concat([text(2, this.name), ...this.parts])),
      bytes(8, int(2, OPSET_VERSION)),
    ]);
  }

  private nextName(prefix: string): Value {
    this.count += 1;
    return `${prefix}_${this.count}`;
  }

  private addNode(
    type: string,
    inputs: readonly Value[],
    outputs: readonly Value[],
    attributes: Readonly<Record<string, Attribute>>,
  ): void {
    const node = [
      ...inputs.map((name) => text(1, name)),
      ...outputs.map((name) => text(2, name)),
      text(4, type),
      ...Object.entries(attributes).map(([name, value]) => bytes(5, attribute(name, value))),
    ];
    this.parts.push(bytes(1, Buffer.concat(node)));
  }

  private addInitializer(
    type: ElementType,
    shape: readonly number[],
    data: Float32Array | BigInt64Array,
  ): Value {
    const name = this.nextName("constant");
    const tensor = [
      ...shape.map((size) => int(1, size)),
      int(2, DATA_TYPES[type]),
      text(8, name),
      // All processors that onnxruntime runs on are little-endian, as the format asks for.
      bytes(9, Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
    ];
    this.parts.push(bytes(5, Buffer.concat(tensor)));
    return name;
  }
}

function valueInfo(name: string, type: ElementType, shape: Shape): Buffer {
  const dimensions = shape.map((size) =>
    bytes(1, typeof size === "number" ? int(1, size) : text(2, size)),
  );
  const tensorType = [int(1, DATA_TYPES[type]), bytes(2, Buffer.concat(dimensions))];
  return Buffer.concat([text(1, name), bytes(2, bytes(1, Buffer.concat(tensorType)))]);
}

function attribute(name: string, value: Attribute): Buffer {
  const typed = (type: keyof typeof ATTRIBUTE_TYPES, ...fields: readonly Buffer[]) =>
    Buffer.concat([text(1, name), ...fields, int(20, ATTRIBUTE_TYPES[type])]);
  if (typeof value === "number") return typed("int", int(3, value));
  if (typeof value === "string") return typed("string", text(4, value));
  if ("float" in value) return typed("float", float(2, value.float));
  return typed("ints", ...value.map((item) => int(8, item)));
}

// The protocol buffer wire format: a field is its number and wire type, then its content.

function int(field: number, value: number): Buffer {
  return Buffer.concat([varint(field * 8), varint(value)]);
}

function float(field: number, value: number): Buffer {
  const content = Buffer.alloc(4);
  content.writeFloatLE(value);
  return Buffer.concat([varint(field * 8 + 5), content]);
}

function bytes(field: number, content: Buffer): Buffer {
  return Buffer.concat([varint(field * 8 + 2), varint(content.length), content]);
}

function text(field: number, value: string): Buffer {
  return bytes(field, Buffer.from(value));
}

function varint(value: number): Buffer {
  const groups: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) groups.push(Number(rest & 127n) | 128);
  return Buffer.from([...groups, Number(rest)]);
}
