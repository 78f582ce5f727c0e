/** Identifiers that nobody can guess. */
import { randomUUID } from "node:crypto";

/** 32 hexadecimal digits. Node.js draws randomness for many such at once, for single bytes it does not. */
export function randomHex(): string {
  return randomUUID().replaceAll("-", "");
}
