import { expect } from "chai";
import { policies } from "../../../policy/policies";
import { PolicyConfigError, refuseMisfits } from "../../../policy/support/config";

const TLS = "s3-bucket-require-tls";
const TYPES = "sagemaker-endpoint-configuration-restrict-instance-types";

describe("the config of the pack", () => {
  it("is taken when every policy and setting in it is one of the pack's", () => {
    const exceptions = [{ urn: "*::old-logs", reason: "It is emptied", until: "2020-01-31" }];
    for (const config of [
      {},
      { all: {} },
      { [TLS]: {} },
      { [TLS]: { exceptions }, [TYPES]: { allowed: { add: ["ml.c7i.large"] }, exceptions } },
    ]) {
      expect(() => refuseMisfits(policies, config)).to.not.throw();
    }
  });

  for (const [title, config, message] of [
    [
      "a policy that there is not",
      { "s3-bucket-require-tsl": {} },
      `No policy is called "s3-bucket-require-tsl"; did you mean "${TLS}"?`,
    ],
    [
      "a setting that there is not",
      { [TYPES]: { alowed: [] } },
      `${TYPES}: PolicySettingsError: No setting is called "alowed"; did you mean "allowed"?`,
    ],
    [
      "a setting of a policy without any",
      { [TLS]: { strict: true } },
      `${TLS}: PolicySettingsError: No setting is called "strict"; there is: exceptions`,
    ],
    [
      "an exception without a reason",
      { [TLS]: { exceptions: [{ urn: "*::old-logs", until: "2020-01-31" }] } },
      `${TLS}: PolicyExceptionError: Exception 1 for "*::old-logs": \`reason\` has to say why`,
    ],
    [
      "settings of all policies",
      { all: { allowed: [] } },
      'all: it takes a level, and no setting "allowed"',
    ],
  ] as const) {
    it(`is refused with ${title}, by name`, () => {
      expect(() => refuseMisfits(policies, config)).to.throw(PolicyConfigError, message);
    });
  }

  it("is refused with all that is wrong, and without a trace of the pack", () => {
    let error: unknown;
    try {
      refuseMisfits(policies, { [TLS]: { strict: true }, nonsense: {} });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).to.be.instanceOf(PolicyConfigError);
    const { message, stack } = error as Error;
    expect(message.split("\n")).to.have.length(2);
    expect(stack).to.equal(`PolicyConfigError: ${message}`);
  });
});
