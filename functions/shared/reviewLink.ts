/** Links to reviews: signed, for one picture, and good until a time. */
import { randomBytes } from "node:crypto";

/** Signs and checks with a key that nobody sees: HMAC_SHA_256 of AWS KMS. */
export interface MacKey {
  sign(message: Buffer): Promise<Buffer>;
  /** Whether the MAC belongs to the message. */
  verify(message: Buffer, mac: Buffer): Promise<boolean>;
}

/** What a link says. */
export interface ReviewLink {
  /** Of the review: 64 hexadecimal digits. */
  readonly review: string;
  /** Seconds since 1970 at which it ends to be good. */
  readonly expires: number;
  /** Tells two links to one review apart. */
  readonly nonce: string;
}

const FORM = /^([0-9a-f]{64})\.([0-9]{1,11})\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_-]{43})$/;

/** Keeps a MAC for a link from being one for anything else that the key may sign some day. */
const PURPOSE = "ml-workflow-aws review link 1";

/** @returns the text that stands in the URL: letters, digits, `.`, `-` and `_` */
export async function signLink(
  { review, expires }: Pick<ReviewLink, "review" | "expires">,
  key: MacKey,
  nonce = randomBytes(12).toString("base64url"),
): Promise<string> {
  const text = `${review}.${expires}.${nonce}`;
  return `${text}.${(await key.sign(messageOf(text))).toString("base64url")}`;
}

/**
 * Reads a link. What has not the form of one is refused without asking the key, so that nobody can
 * make us pay for it by guessing.
 * @returns undefined if it was not signed like this
 */
export async function readLink(text: string, key: MacKey): Promise<ReviewLink | undefined> {
  const [, review = "", expires = "", nonce = "", mac = ""] = FORM.exec(text) ?? [];
  const bytes = Buffer.from(mac, "base64url");
  // Base64 has more than one text for the same bytes; a link has one.
  if (mac === "" || bytes.toString("base64url") !== mac) {
    return undefined;
  }
  const signed = messageOf(`${review}.${expires}.${nonce}`);
  const isGood = await key.verify(signed, bytes);
  return isGood ? { review, expires: Number(expires), nonce } : undefined;
}

function messageOf(text: string): Buffer {
  return Buffer.from(`${PURPOSE}\n${text}`);
}
