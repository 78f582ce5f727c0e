import { readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { requireTags, TAGGABLE } from "../../../../policy/aws/resource/requireTags";
import { complaints, remediate, UNKNOWN, withValue } from "../../../support/policy";
import { bucket } from "../../s3/bucket/resource";

const config = { required: ["owner", "project=ml-workflow-aws"] };
const complaint = (key: string) => `A required tag is missing: add \`tags.${key}\`.`;

const tagged = (tags: unknown) => withValue(bucket, "tags", tags);
const project = "ml-workflow-aws";

describe("policy aws/resource/requireTags", () => {
  it("requires nothing unless the policy's config does", async () => {
    expect(await complaints(requireTags, bucket)).to.deep.equal([]);
  });

  for (const [title, mutant] of [
    ["with all tags, and others", tagged({ owner: "team", project, more: "" })],
    ["with the tags that the provider adds", withValue(bucket, "tagsAll", { owner: "t", project })],
    ["with unknown values", tagged({ owner: UNKNOWN, project: UNKNOWN })],
    ["with unknown tags", tagged(UNKNOWN)],
  ] as const) {
    it(`accepts a resource ${title}`, async () => {
      expect(await complaints(requireTags, mutant, config)).to.deep.equal([]);
    });
  }

  for (const [title, mutant, missing] of [
    ["without tags", bucket, ["owner", "project"]],
    ["with null for tags", tagged(null), ["owner", "project"]],
    ["with tags of another type", tagged("owner"), ["owner", "project"]],
    ["without one of them", tagged({ project }), ["owner"]],
    ["with an empty tag", tagged({ owner: "", project }), ["owner"]],
    ["with a blank tag", tagged({ owner: " \t", project }), ["owner"]],
    ["with another value than the required", tagged({ owner: "t", project: "x" }), ["project"]],
  ] as const) {
    it(`refuses a resource ${title}, naming the property and the fix`, async () => {
      expect(await complaints(requireTags, mutant, config)).to.deep.equal(missing.map(complaint));
    });
  }

  it("lists only what the provider can tag", () => {
    for (const type of TAGGABLE) {
      const module = type.split(":")[1] ?? "";
      const file = path.join(path.dirname(require.resolve("@pulumi/aws")), `${module}.d.ts`);
      expect(readFileSync(file, "utf8"), type).to.match(/^ {4}tags\?: pulumi\.Input/m);
    }
  });

  describe("that may mend", () => {
    for (const [title, mutant, tags] of [
      ["adds tags whose value is required", bucket, { project }],
      ["keeps the others", tagged({ owner: "t" }), { owner: "t", project }],
      ["corrects a value", tagged({ project: "x" }), { project }],
      ["keeps what is unknown", tagged({ owner: UNKNOWN }), { owner: UNKNOWN, project }],
    ] as const) {
      it(title, async () => {
        expect(await remediate(requireTags, mutant, config)).to.deep.equal({
          ...mutant.props,
          tags,
        });
      });
    }

    for (const [title, mutant, required] of [
      ["what has its tags", tagged({ project }), config.required],
      ["tags that it would have to invent", bucket, ["owner"]],
      ["tags that are not known yet", tagged(UNKNOWN), config.required],
      ["tags of another type", tagged("project"), config.required],
      ["anything when nothing is required", bucket, []],
    ] as const) {
      it(`does not touch ${title}`, async () => {
        expect(await remediate(requireTags, mutant, { required })).to.equal(undefined);
      });
    }
  });
});
