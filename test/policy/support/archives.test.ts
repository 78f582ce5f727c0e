import { asset } from "@pulumi/pulumi";
import { specialArchiveSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc";
import { unknownCheckingProxy } from "@pulumi/policy";
import { expect } from "chai";
import { keepArchives } from "../../../policy/support/archives";

describe("policy support keepArchives", () => {
  it("gives archives the form that goes over the wire, one in another included", async () => {
    // Prepare
    const text = new asset.StringAsset("export {};");
    const inner = new asset.AssetArchive({ "b.mjs": text });
    const file = new asset.FileArchive("code.zip");
    const props = { code: new asset.AssetArchive({ "a.mjs": text, inner }), file, role: "r" };

    // Act
    await keepArchives(unknownCheckingProxy(props) as Record<string, unknown>);

    // Assess
    const archive = (assets: object) => ({ [specialSigKey]: specialArchiveSig, assets });
    expect(props).to.deep.equal({
      code: archive({ "a.mjs": text, inner: archive({ "b.mjs": text }) }),
      file,
      role: "r",
    });
  });
});
