import type { ImageSize } from "../../../contract/values";
import { TooLargeError } from "./picture";

/** Node.js has WebAssembly; the types of its version 20 say nothing of it. */
declare const WebAssembly: { readonly Module: new (codec: Uint8Array) => object };

/** What the packages of jSquash export. */
interface Codec {
  init(module: object): Promise<unknown>;
  default(file: ArrayBuffer): Promise<unknown>;
}

/**
 * A codec in WebAssembly. It is compiled when the first picture needs it, so that it costs nothing
 * at the start, and every picture has an instance of its own, so that its memory is given back.
 */
export class WebAssemblyDecoder {
  private module: object | undefined;

  /**
   * @param readCodec reads the codec itself
   * @param mostPixels that it decodes in the function's memory and time: it has the whole picture,
   *   4 bytes a pixel, within and again outside
   */
  constructor(
    private readonly readCodec: () => Uint8Array,
    private readonly mostPixels: number,
    private readonly load: () => Promise<Codec>,
  ) {}

  /**
   * @param size that the file's header says
   * @returns RGBA, row by row
   * @throws Error if the codec refuses the file, or finds another size in it; TooLargeError
   */
  async decode(file: Buffer, size: ImageSize): Promise<Uint8ClampedArray> {
    const { width, height } = size;
    if (width * height > this.mostPixels) {
      throw new TooLargeError(
        `has ${width} x ${height} pixels: of its format send at most ${this.mostPixels}`,
      );
    }
    const codec = await this.load();
    this.module ??= new WebAssembly.Module(this.readCodec());
    await codec.init(this.module);
    const image = await codec.default(Uint8Array.from(file).buffer).catch((error: unknown) => {
      throw new Error("its decoder finds it damaged", { cause: error });
    });
    if (!isImage(image) || image.width !== width || image.height !== height) {
      throw new Error("its pixels are not as many as its header says");
    }
    return image.data;
  }
}

function isImage(value: unknown): value is ImageSize & { readonly data: Uint8ClampedArray } {
  return (
    typeof value === "object" &&
    value !== null &&
    "data" in value &&
    value.data instanceof Uint8ClampedArray
  );
}
