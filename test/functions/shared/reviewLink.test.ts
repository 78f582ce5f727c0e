import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { expect } from "chai";
import * as fc from "fast-check";
import { readLink, signLink, type MacKey } from "../../../functions/shared/reviewLink";

/** As KMS does it; that KMS does it so is tested with the local KMS and moto. */
function macKey(): MacKey & { readonly asked: number } {
  const secret = randomBytes(32);
  const sign = (message: Buffer) => createHmac("sha256", secret).update(message).digest();
  let asked = 0;
  return {
    sign: (message) => Promise.resolve(sign(message)),
    verify: (message, mac) => {
      asked += 1;
      return Promise.resolve(mac.length === 32 && timingSafeEqual(mac, sign(message)));
    },
    get asked() {
      return asked;
    },
  };
}

const REVIEW = "ab".repeat(32);

describe("a link to a review", () => {
  it("says what was signed, and needs no escaping in a URL", async () => {
    const key = macKey();
    const text = await signLink({ review: REVIEW, expires: 1_800_000_000 }, key);
    expect(await readLink(text, key)).to.deep.include({ review: REVIEW, expires: 1_800_000_000 });
    expect(encodeURIComponent(text)).to.equal(text);
  });

  it("is refused when any character of it is another one", async () => {
    // Prepare
    const key = macKey();
    const text = await signLink({ review: REVIEW, expires: 1_800_000_000 }, key);
    const alphabet = "0123456789abcdefABCDEF.-_ %";

    // Act and assess
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.nat(text.length - 1), fc.constant(text.length - 1)),
        fc.constantFrom(...alphabet),
        async (at, character) => {
          const altered = text.slice(0, at) + character + text.slice(at + 1);
          fc.pre(altered !== text);
          expect(await readLink(altered, key)).to.equal(undefined);
        },
      ),
    );
  });

  it("has one text: another one for the same bytes of its MAC is refused, and asks no key", async () => {
    // Prepare: of the last of its 43 digits in base64, the two lowest bits mean nothing
    const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const key = macKey();
    const text = await signLink({ review: REVIEW, expires: 1_800_000_000 }, key);
    const last = digits.indexOf(text.slice(-1));

    // Act
    const read = [1, 2, 3].map((bits) =>
      readLink(text.slice(0, -1) + (digits[last + bits] ?? ""), key),
    );

    // Assess
    expect(last % 4).to.equal(0);
    expect(await Promise.all(read)).to.deep.equal([undefined, undefined, undefined]);
    expect(key.asked).to.equal(0);
  });

  it("is refused under another key, and with another link's MAC", async () => {
    // Prepare
    const key = macKey();
    const one = await signLink({ review: REVIEW, expires: 1_800_000_000 }, key);
    const other = await signLink({ review: "cd".repeat(32), expires: 1_800_000_000 }, key);
    const mixed = [...one.split(".").slice(0, 3), other.split(".")[3]].join(".");

    // Act and assess
    expect(await readLink(one, macKey())).to.equal(undefined);
    expect(await readLink(mixed, key)).to.equal(undefined);
  });

  it("costs no call of the key when it has not the form of one", async () => {
    const key = macKey();
    for (const text of ["", "a.b.c.d", `${REVIEW}.1.x.y`, "<script>", "x".repeat(10_000)]) {
      expect(await readLink(text, key), text.slice(0, 20)).to.equal(undefined);
    }
    expect(key.asked).to.equal(0);
  });
});
