import { spawnSync } from "node:child_process";
import { expect } from "chai";
import { takesVolumeKey as takenByProgram } from "../../../infra/instanceStorage";
import { takesVolumeKey as takenLocally } from "../../../local/cloud/services/sagemaker/instances";
import { hasLocalStorage } from "../../../policy/sagemaker/volume";
import { findBotocore } from "../../support/botocore";

/** The instance types of AWS's API model of SageMaker, of which moto knows the disks from EC2. */
const SCRIPT = `
import gzip, json, os, botocore.session, moto
types = json.load(gzip.open(os.path.join(os.path.dirname(moto.__file__), "ec2/resources/instance_types.json.gz")))
disks = {f"ml.{each['InstanceType']}": each["InstanceStorageSupported"] for each in types.values()}
model = botocore.session.get_session().get_service_model("sagemaker")
shapes = ["ProductionVariantInstanceType", "TrainingInstanceType", "ProcessingInstanceType"]
names = sorted({name for shape in shapes for name in model.shape_for(shape).enum})
print(json.dumps({name: disks[name] for name in names if name in disks}))
`;

const READERS: Readonly<Record<string, (type: string) => boolean>> = {
  "the policies": hasLocalStorage,
  "the program": (type) => !takenByProgram(type),
  "the local SageMaker": (type) => !takenLocally(type),
};

describe("disks of their own, which take no key", () => {
  /** By type, whether it has some; nothing without moto. */
  let truth: Readonly<Record<string, boolean>> | undefined;

  before(() => {
    const { status, stdout } = spawnSync(findBotocore() ?? "python3", ["-c", SCRIPT], {
      encoding: "utf8",
    });
    truth = status === 0 ? (JSON.parse(stdout) as Record<string, boolean>) : undefined;
  });

  for (const [who, hasDisks] of Object.entries(READERS)) {
    it(`are told by the name of an instance, as ${who} read it`, () => {
      const own = ["g4dn", "g5", "g6e", "p4d", "p5en", "p6-b200", "m5d", "r7gd", "trn1n", "dl1"];
      const none = ["m5", "c5n", "t3", "p3", "inf2", "g3", "r8g"];
      const among = (families: readonly string[]) =>
        families.filter((family) => hasDisks(`ml.${family}.xlarge`));
      expect(among(own)).to.deep.equal(own);
      expect(among(none)).to.deep.equal([]);
      expect(hasDisks("g5.xlarge")).to.equal(false);
    });

    it(`are those that EC2 has, as ${who} read it (pending without moto)`, function () {
      if (truth === undefined) {
        this.skip();
      }
      const types = Object.entries(truth);
      expect(types).to.have.length.above(200);
      expect(types.filter(([type, disks]) => hasDisks(type) !== disks)).to.deep.equal([]);
    });
  }
});
