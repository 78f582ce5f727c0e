import { expect } from "chai";
import { Resource } from "@pulumi/pulumi";
import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import {
  complaints,
  judge,
  judgeStack,
  pathsOf,
  remediate,
  subject,
  UNKNOWN,
  withValue,
  without,
} from "./policy";

class Thing extends Resource {
  static readonly __pulumiType = "test:index:Thing";
}

function policy(
  validateResource: ResourceValidationPolicy["validateResource"] & object,
): ResourceValidationPolicy {
  return { name: "test", description: "A test.", validateResource };
}

describe("the policy harness", () => {
  it("compares types really", async () => {
    // Prepare
    const onThings = policy((args, report) => {
      if (args.isType(Thing)) {
        report("a thing");
      }
    });

    // Act
    const thing = await judge(onThings, subject("test:index:Thing", {}));
    const other = await judge(onThings, subject("test:index:Other", {}));

    // Assess
    expect(thing.violations).to.have.length(1);
    expect(other.violations).to.deep.equal([]);
  });

  it("says that a policy fell silent when it reads an unknown value", async () => {
    // Prepare
    const careless = policy(({ props }, report) => {
      if (props["on"] !== true) {
        report("off");
      }
    });

    // Act
    const verdict = await judge(careless, subject("test:index:Thing", { on: UNKNOWN }));

    // Assess
    expect(verdict.violations).to.deep.equal([]);
    expect(verdict.silencedBy).to.contain("value at .on can't be known during preview");
  });

  it("completes the config from the schema, and keeps what was reported before an end", async () => {
    // Prepare
    const configured: ResourceValidationPolicy = {
      ...policy((args, report) => {
        report(JSON.stringify(args.getConfig()));
        args.notApplicable("enough");
      }),
      configSchema: { properties: { a: { default: 1 }, b: { default: 2 }, c: {} } },
    };

    // Act
    const verdict = await judge(configured, subject("test:index:Thing", {}), { b: 3 });

    // Assess
    expect(verdict.violations.map(({ message }) => message)).to.deep.equal(['{"a":1,"b":3}']);
    expect(verdict.notApplicable).to.equal("enough");
  });

  it("passes on a bug of a policy", async () => {
    const broken = policy(() => {
      throw new TypeError("a bug");
    });
    const outcome = await judge(broken, subject("test:index:Thing", {})).catch(String);
    expect(outcome).to.equal("TypeError: a bug");
  });

  it("shows a stack policy which resource each property was made from", async () => {
    // Prepare
    const bucket = subject("test:index:Bucket", {}, { name: "bucket" });
    const user = subject(
      "test:index:User",
      { bucket: UNKNOWN },
      { propertyDependencies: { bucket: [bucket] } },
    );
    const edges: StackValidationPolicy = {
      name: "test",
      description: "A test.",
      validateStack: ({ resources }, report) => {
        for (const { urn, propertyDependencies, dependencies } of resources) {
          const made = propertyDependencies["bucket"]?.map((each) => each.name);
          report(`${String(made)} of ${dependencies.length}`, urn);
        }
      },
    };

    // Act
    const { violations } = await judgeStack(edges, [user, bucket]);

    // Assess
    expect(violations).to.deep.equal([
      { message: "bucket of 1", urn: user.urn },
      { message: "undefined of 0", urn: bucket.urn },
    ]);
  });

  it("changes copies, and refuses to change what is not there", () => {
    // Prepare
    const original = subject("test:index:Thing", { list: [{ a: 1 }], map: { b: 2 } });

    // Act
    const changed = withValue(original, "list[0].a", 3);
    const shortened = without(original, "map.b");

    // Assess
    expect(changed.props).to.deep.equal({ list: [{ a: 3 }], map: { b: 2 } });
    expect(shortened.props).to.deep.equal({ list: [{ a: 1 }], map: {} });
    expect(pathsOf(original.props)).to.deep.equal(["list", "list[0]", "list[0].a", "map", "map.b"]);
    expect(() => withValue(original, "none.c", 1)).to.throw("has no none.c to change");
  });

  it("keeps to itself what a remediation does not return, and refuses other inputs than its own", async () => {
    // Prepare
    const mending = (
      remediateResource: ResourceValidationPolicy["remediateResource"] & object,
    ): ResourceValidationPolicy => ({ name: "test", description: "A test.", remediateResource });
    const original = subject("test:index:Thing", { on: false });
    const switchOn = (props: Record<string, unknown>) => Object.assign(props, { on: true });

    // Act
    const mended = await remediate(
      mending(({ props }) => switchOn(props)),
      original,
    );
    const left = await remediate(
      mending(({ props }) => void switchOn(props)),
      original,
    );
    const elsewhere = await remediate(
      mending(({ notApplicable }) => notApplicable("no thing")),
      original,
    );
    const other = await remediate(
      mending(() => ({ on: true })),
      original,
    ).catch(String);

    // Assess
    expect(mended).to.deep.equal({ on: true });
    expect([left, elsewhere]).to.deep.equal([undefined, undefined]);
    expect(other).to.equal("Error: test returns other inputs than those it was given");
    expect(original.props).to.deep.equal({ on: false });
  });

  it("gives the complaints of a policy, and fails where it says nothing", async () => {
    // Prepare
    const thing = subject("test:index:Thing", { on: UNKNOWN });
    const strict = policy((_, report) => report("no"));
    const silent = policy(({ props }) => void props["on"]);
    const elsewhere = policy(({ notApplicable }) => notApplicable("no thing"));

    // Act
    const said = await complaints(strict, thing);
    const silences = await Promise.all(
      [silent, elsewhere].map((each) => complaints(each, thing).catch(String)),
    );

    // Assess
    expect(said).to.deep.equal(["no"]);
    expect(silences[0]).to.contain("test says nothing: Error: string value at .on");
    expect(silences[1]).to.equal("Error: test says nothing: no thing");
  });
});
