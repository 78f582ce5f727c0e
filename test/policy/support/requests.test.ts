import { createRequire } from "node:module";
import { expect } from "chai";
import { decodeOnce } from "../../../policy/support/requests";

describe("policy support decodeOnce", () => {
  const sdk = createRequire(__filename)("@pulumi/policy/deserialize") as {
    deserializeProperties: (message: object, keepSecrets: boolean) => unknown;
  };
  const { deserializeProperties } = sdk;
  afterEach(() => {
    sdk.deserializeProperties = deserializeProperties;
  });

  it("decodes what is judged once, and what is mended each time", () => {
    // Prepare
    let decoded = 0;
    const message = { toJavaScript: () => ({ count: ++decoded }) };
    decodeOnce();

    // Act
    const judged = [1, 2, 3].map(() => sdk.deserializeProperties(message, false));
    const mended = [1, 2].map(() => sdk.deserializeProperties(message, true));

    // Assess
    expect(judged).to.deep.equal([{ count: 1 }, { count: 1 }, { count: 1 }]);
    expect(mended).to.deep.equal([{ count: 2 }, { count: 3 }]);
  });
});
