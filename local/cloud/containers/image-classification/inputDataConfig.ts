/** The content of `inputdataconfig.json`: which channels there are, and what is in them. */
import { z } from "zod";
import type { ChannelFormat } from "./channel";
import { ClientError } from "./errors";

const SCHEMA = z.record(z.string(), z.looseObject({ ContentType: z.string() }));

/** By content type ("Input/Output Interface for the Image Classification Algorithm"). */
const FORMATS: Readonly<Record<string, ChannelFormat>> = {
  "application/x-image": "image",
  "image/png": "image",
  "image/jpeg": "image",
  "application/x-recordio": "recordio",
};

const CHANNELS: Readonly<Record<ChannelFormat, readonly string[]>> = {
  image: ["train", "validation", "train_lst", "validation_lst"],
  recordio: ["train", "validation"],
};

/**
 * The one format of all channels.
 * @throws ClientError for a missing or unknown channel, an unknown content type, or several formats
 */
export function parseChannelFormat(config: unknown): ChannelFormat {
  const channels = SCHEMA.parse(config);
  const formats = Object.entries(channels).map(([name, { ContentType }]) => {
    const format = FORMATS[ContentType];
    if (format === undefined) {
      throw new ClientError(
        `The ${name} channel has the content type ${ContentType}; ` +
          `the algorithm takes ${Object.keys(FORMATS).join(", ")}.`,
      );
    }
    return format;
  });
  const [format = "image", ...others] = new Set(formats);
  if (others.length > 0) {
    throw new ClientError("All channels must have one content type, images or RecordIO.");
  }
  const [found, wanted] = [Object.keys(channels), CHANNELS[format]];
  if (found.length !== wanted.length || wanted.some((name) => !found.includes(name))) {
    throw new ClientError(
      `In ${format} format the channels are ${wanted.join(", ")}; there are ${found.join(", ")}.`,
    );
  }
  return format;
}
