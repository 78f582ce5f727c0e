/** The pixels of one image: 1024 red, 1024 green, 1024 blue bytes, each row by row. */
export interface PixelFile {
  /** Path of an uncompressed file. */
  readonly path: string;
  /** Byte at which the pixels of image 0 start. */
  readonly offset: number;
  /** Bytes from one image to the next. */
  readonly stride: number;
}

/** One half of the archive, training or test. */
export interface ImageSource {
  readonly pixels: PixelFile;
  /** Fine and coarse label by image; as many as there are images. */
  readonly fine: Uint8Array;
  readonly coarse: Uint8Array;
}

/** What is in an archive, whichever form it came in. */
export interface ArchiveContent {
  readonly fineNames: readonly string[];
  readonly coarseNames: readonly string[];
  readonly train: ImageSource;
  readonly test: ImageSource;
}
