import { closeSync, openSync } from "node:fs";
import { FileRange } from "./pickledBytes";
import { Cursor, PickleError } from "./pickleInput";

/**
 * A reader for pickles that hold plain data: dictionaries, lists, tuples, strings, numbers and
 * numpy arrays of bytes. A pickle is a program for a stack machine; this one has no instruction
 * that could look up or call anything: of the names a pickle may mention it recognises those that
 * numpy arrays are made with, and refuses all others. Large strings are left in the file and
 * described by their place.
 *
 * Opcodes: the module `pickletools` of Python, protocols 0 to 5.
 */

/** A numpy array of bytes (uint8, C order). */
export class NumpyArray {
  shape: readonly number[] = [];
  data: FileRange | undefined;
}

/** Bytes and text alike come as strings, one character per byte. */
export type PickleValue =
  | null
  | boolean
  | number
  | string
  | PickleValue[]
  | Map<string, PickleValue>
  | FileRange
  | NumpyArray
  | Name;

/** A name that numpy's own pickles mention; it never leaves the stack of a sound pickle. */
type Name = symbol;
const RECONSTRUCT: Name = Symbol("numpy _reconstruct");
const FROM_BUFFER: Name = Symbol("numpy _frombuffer");
const NDARRAY: Name = Symbol("numpy.ndarray");
const DTYPE: Name = Symbol("numpy.dtype");
const UINT8: Name = Symbol("numpy.dtype('u1')");
const ENCODE: Name = Symbol("_codecs.encode");
const BYTES: Name = Symbol("bytes");

const NAMES: ReadonlyMap<string, Name> = new Map([
  ["numpy.core.multiarray._reconstruct", RECONSTRUCT],
  ["numpy._core.multiarray._reconstruct", RECONSTRUCT],
  ["numpy.core.numeric._frombuffer", FROM_BUFFER],
  ["numpy._core.numeric._frombuffer", FROM_BUFFER],
  ["numpy.ndarray", NDARRAY],
  ["numpy.dtype", DTYPE],
  // Python 3 writes bytes so for readers that know none (protocols 0 to 2).
  ["_codecs.encode", ENCODE],
  ["__builtin__.bytes", BYTES],
  ["builtins.bytes", BYTES],
]);

/**
 * Bounds on time and memory; the official training file needs about 400,000 instructions, and
 * written anew by Python 3 in protocol 2 about twice as many.
 */
const MOST_INSTRUCTIONS = 2_000_000;

/**
 * Reads the pickle in a file.
 * Throws {@link PickleError} for anything that is not plain data.
 */
export function readPickle(path: string): PickleValue {
  const descriptor = openSync(path, "r");
  try {
    return new PickleMachine(new Cursor(descriptor)).run();
  } finally {
    closeSync(descriptor);
  }
}

class PickleMachine {
  private stack: PickleValue[] = [];
  /** Stacks put aside at a mark. */
  private readonly marks: PickleValue[][] = [];
  private readonly memo = new Map<number, PickleValue>();

  constructor(private readonly input: Cursor) {}

  run(): PickleValue {
    for (let count = 0; count < MOST_INSTRUCTIONS; count++) {
      const opcode = this.input.integer(1);
      if (opcode === 0x2e /* STOP */) {
        return this.pop();
      }
      this.execute(opcode);
    }
    throw this.error("More instructions than any such file has");
  }

  private execute(opcode: number): void {
    const { input } = this;
    switch (opcode) {
      case 0x80: // PROTO
        return void input.integer(1);
      case 0x95: // FRAME
        return void input.integer(8);
      case 0x28: // MARK
        this.marks.push(this.stack);
        this.stack = [];
        return;
      case 0x7d: // EMPTY_DICT
        return this.push(new Map());
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
        return this.push([]);
      case 0x74: // TUPLE
        return this.push(this.popToMark());
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        return this.push(this.popMany(opcode - 0x84));
      case 0x61: // APPEND
        return this.append(this.popMany(1));
      case 0x65: // APPENDS
        return this.append(this.popToMark());
      case 0x73: // SETITEM
        return this.setItems(this.popMany(2));
      case 0x75: // SETITEMS
        return this.setItems(this.popToMark());
      case 0x6c: // LIST
        return this.push(this.popToMark());
      case 0x64: {
        // DICT
        const items = this.popToMark();
        this.push(new Map());
        return this.setItems(items);
      }
      case 0x30: // POP
        if (this.stack.length === 0) {
          return void this.popToMark();
        }
        return void this.pop();
      case 0x31: // POP_MARK
        return void this.popToMark();
      case 0x32: // DUP
        return this.push(this.top());
      case 0x49: // INT
        return this.push(this.numeral(input.line(), true));
      case 0x4c: // LONG
        return this.push(this.numeral(input.line().replace(/L$/, ""), false));
      case 0x8a: // LONG1
        return this.push(input.signed(input.integer(1)));
      case 0x53: // STRING
        return this.push(input.quoted());
      case 0x56: // UNICODE
        return this.push(input.textLine("unicodeEscape"));
      case 0x70: // PUT
        return void this.memo.set(this.key(), this.top());
      case 0x67: // GET
        return this.push(this.recall(this.key()));
      case 0x4e: // NONE
        return this.push(null);
      case 0x88: // NEWTRUE
      case 0x89: // NEWFALSE
        return this.push(opcode === 0x88);
      case 0x4a: // BININT
        return this.push(input.integer(4) | 0);
      case 0x4b: // BININT1
        return this.push(input.integer(1));
      case 0x4d: // BININT2
        return this.push(input.integer(2));
      case 0x55: // SHORT_BINSTRING
      case 0x43: // SHORT_BINBYTES
        return this.push(input.string(input.integer(1)));
      case 0x8c: // SHORT_BINUNICODE
        return this.push(input.string(input.integer(1), "utf8"));
      case 0x54: // BINSTRING
      case 0x42: // BINBYTES
        return this.push(input.string(input.integer(4)));
      case 0x58: // BINUNICODE
        return this.push(input.string(input.integer(4), "utf8"));
      case 0x8e: // BINBYTES8
      case 0x96: // BYTEARRAY8
        return this.push(input.string(input.integer(8)));
      case 0x8d: // BINUNICODE8
        return this.push(input.string(input.integer(8), "utf8"));
      case 0x71: // BINPUT
        return void this.memo.set(input.integer(1), this.top());
      case 0x72: // LONG_BINPUT
        return void this.memo.set(input.integer(4), this.top());
      case 0x94: // MEMOIZE
        return void this.memo.set(this.memo.size, this.top());
      case 0x68: // BINGET
        return this.push(this.recall(input.integer(1)));
      case 0x6a: // LONG_BINGET
        return this.push(this.recall(input.integer(4)));
      case 0x63: // GLOBAL
        return this.push(this.named(input.line(), input.line()));
      case 0x93: {
        // STACK_GLOBAL
        const [module, name] = this.popMany(2);
        return this.push(this.named(module, name));
      }
      case 0x52: {
        // REDUCE
        const [callable, parameters] = this.popMany(2);
        return this.push(this.construct(callable, parameters));
      }
      case 0x62: {
        // BUILD
        const [state] = this.popMany(1);
        return this.fill(this.top(), state);
      }
      default:
        throw this.error(`Instruction 0x${opcode.toString(16)}, which plain data has no need of,`);
    }
  }

  private named(module: PickleValue | undefined, name: PickleValue | undefined): Name {
    if (typeof module !== "string" || typeof name !== "string") {
      throw this.error("A name that is no string");
    }
    const found = NAMES.get(`${module}.${name}`);
    if (found === undefined) {
      throw this.error(
        `The name ${JSON.stringify(`${module}.${name}`)}, which plain data has no need of and ` +
          `which is not called,`,
      );
    }
    return found;
  }

  /** What the call of a name would give. Nothing is called. */
  private construct(
    callable: PickleValue | undefined,
    parameters: PickleValue | undefined,
  ): PickleValue {
    if (Array.isArray(parameters)) {
      const [text, encoding] = parameters;
      if (callable === ENCODE && (encoding === "latin1" || encoding === "latin-1")) {
        // Text has one character per byte here already, and a range says how it is spelled.
        if (typeof text === "string" || text instanceof FileRange) {
          return text;
        }
      }
      if (callable === BYTES && parameters.length === 0) {
        return "";
      }
      if (callable === DTYPE && parameters[0] === "u1") {
        return UINT8;
      }
      if (callable === RECONSTRUCT && parameters[0] === NDARRAY) {
        return new NumpyArray();
      }
      if (callable === FROM_BUFFER) {
        const [data, type, shape, order] = parameters;
        const array = new NumpyArray();
        this.fillArray(array, shape, type, order === "C", data);
        return array;
      }
    }
    throw this.error("A value that is neither plain data nor a numpy array of bytes");
  }

  private fill(target: PickleValue, state: PickleValue | undefined): void {
    if (target instanceof NumpyArray && Array.isArray(state)) {
      const [, shape, type, isFortran, data] = state;
      this.fillArray(target, shape, type, isFortran === false || isFortran === 0, data);
    } else if (target !== UINT8) {
      throw this.error("State for a value that has none");
    }
  }

  private fillArray(
    array: NumpyArray,
    shape: PickleValue | undefined,
    type: PickleValue | undefined,
    inCOrder: boolean,
    data: PickleValue | undefined,
  ): void {
    const isShape = Array.isArray(shape) && shape.every((size) => typeof size === "number");
    if (!isShape || type !== UINT8 || !inCOrder || !(data instanceof FileRange)) {
      throw this.error("A numpy array that is not of bytes in C order, or empty,");
    }
    array.shape = shape;
    array.data = data;
  }

  private numeral(digits: string, mayBeBoolean: boolean): number | boolean {
    if (mayBeBoolean && (digits === "00" || digits === "01")) {
      return digits === "01";
    }
    if (!/^-?\d{1,15}$/.test(digits)) {
      throw this.error("A number that is none");
    }
    return Number(digits);
  }

  private key(): number {
    const key = this.numeral(this.input.line(), false);
    return Number(key);
  }

  private append(values: readonly PickleValue[]): void {
    const list = this.top();
    if (!Array.isArray(list)) {
      throw this.error("An element for something that is no list");
    }
    for (const value of values) {
      list.push(value);
    }
  }

  private setItems(values: readonly PickleValue[]): void {
    const dictionary = this.top();
    if (!(dictionary instanceof Map) || values.length % 2 !== 0) {
      throw this.error("An item for something that is no dictionary");
    }
    for (let index = 0; index < values.length; index += 2) {
      const key = values[index];
      if (typeof key !== "string") {
        throw this.error("A dictionary key that is no string");
      }
      dictionary.set(key, values[index + 1] as PickleValue);
    }
  }

  private push(value: PickleValue): void {
    this.stack.push(value);
  }

  private top(): PickleValue {
    const value = this.stack.at(-1);
    if (value === undefined) {
      throw this.error("A value is missing");
    }
    return value;
  }

  private pop(): PickleValue {
    const value = this.top();
    this.stack.pop();
    return value;
  }

  private popMany(count: number): PickleValue[] {
    if (this.stack.length < count) {
      throw this.error("A value is missing");
    }
    return this.stack.splice(-count);
  }

  private popToMark(): PickleValue[] {
    const values = this.stack;
    const below = this.marks.pop();
    if (below === undefined) {
      throw this.error("A mark is missing");
    }
    this.stack = below;
    return values;
  }

  private recall(key: number): PickleValue {
    const value = this.memo.get(key);
    if (value === undefined) {
      throw this.error(`Nothing was remembered as ${key}`);
    }
    return value;
  }

  private error(problem: string): PickleError {
    return new PickleError(problem, this.input.offset);
  }
}
