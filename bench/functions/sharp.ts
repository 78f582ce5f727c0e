/** The serialize function with sharp, which is native; with its default way to resize. */
import type { Normalize } from "../../functions/serialize-image/core";
import { handlerWith } from "./handler";
import { requireRival } from "./rivals";

/** Of sharp, what is called here. */
interface Sharp {
  rotate(): Sharp;
  flatten(options: { background: string }): Sharp;
  resize(width: number, height: number, options: { fit: "fill" }): Sharp;
  png(): Sharp;
  toBuffer(): Promise<Buffer>;
}

const sharp = requireRival("sharp") as (
  bytes: Buffer,
  options: { limitInputPixels: false; unlimited: true },
) => Sharp;

export const normalizeImage: Normalize = (bytes, _name, { size: { width, height } }) =>
  sharp(bytes, { limitInputPixels: false, unlimited: true })
    .rotate()
    .flatten({ background: "white" })
    .resize(width, height, { fit: "fill" })
    .png()
    .toBuffer();

export const handler = handlerWith(normalizeImage);
