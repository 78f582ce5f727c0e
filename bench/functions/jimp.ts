/**
 * The serialize function with jimp's decoders: what it was before it had its own, without the
 * checks of headers that it needed then.
 */
import { createJimp } from "@jimp/core";
import bmp from "@jimp/js-bmp";
import gif from "@jimp/js-gif";
import jpeg from "@jimp/js-jpeg";
import png, { PNGColorType } from "@jimp/js-png";
import { methods as resizing } from "@jimp/plugin-resize";
import type { Normalize } from "../../functions/serialize-image/core";
import { handlerWith } from "./handler";

const Image = createJimp({ formats: [png, jpeg, bmp, gif], plugins: [resizing] });

/** Without jimp's own limits, so that its memory is seen as it is. */
const LIMITS = { maxMemoryUsageInMB: 8192, maxResolutionInMP: 1000 };

export const normalizeImage: Normalize = async (bytes, _name, { size }) => {
  const image = await Image.fromBuffer(bytes, { "image/jpeg": LIMITS });
  return image
    .resize({ w: size.width, h: size.height })
    .getBuffer("image/png", { colorType: PNGColorType.COLOR });
};

export const handler = handlerWith(normalizeImage);
