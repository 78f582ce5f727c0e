import { expect } from "chai";
import { Authority, LOCAL_ACCOUNT_ID } from "../../../../local/cloud/iam";
import { Network, type Holder } from "../../../../local/cloud/services/network";
import { allow, trust } from "../../pulumi/resources/support";

const ROLE = `arn:aws:iam::${LOCAL_ACCOUNT_ID}:role/worker`;
const PLACE = { subnetIds: ["subnet-1", "subnet-2"], securityGroupIds: ["sg-1"] };
const SERVICES = ["lambda.amazonaws.com", "sagemaker.amazonaws.com"] as const;
const NOTHING = { securityGroups: [], subnets: [], interfaces: [] };

describe("a local network", () => {
  let authority: Authority;
  let network: Network;

  beforeEach(() => {
    authority = new Authority(LOCAL_ACCOUNT_ID);
    network = new Network(authority);
    network.createVpc("vpc-1", PLACE.subnetIds);
    network.createSecurityGroup("sg-1", "vpc-1");
  });

  const holderOf = (service: Holder["service"], actions: string | string[] = "ec2:*"): Holder => {
    authority.putRole(ROLE, trust(service));
    authority.putRolePolicy(ROLE, "network", allow(actions, "*"));
    return { roleArn: ROLE, service };
  };
  const errorOf = (act: () => void): unknown => {
    try {
      act();
    } catch (error) {
      return error;
    }
    return undefined;
  };

  for (const service of SERVICES) {
    it(`holds groups and subnets while ${service} has interfaces in them, and lets go after`, () => {
      // Prepare
      network.join("worker", PLACE, holderOf(service));

      // Act
      const during = [
        errorOf(() => network.deleteSecurityGroup("sg-1")),
        errorOf(() => network.deleteVpc("vpc-1")),
      ];
      const held = network.names.interfaces;
      network.leave("worker");
      network.deleteSecurityGroup("sg-1");
      network.deleteVpc("vpc-1");

      // Assess
      for (const error of during) {
        expect(error).to.have.property("name", "DependencyViolation");
      }
      expect(held).to.deep.equal(["worker"]);
      expect(network.names).to.deep.equal(NOTHING);
    });

    it(`keeps interfaces for ever that ${service} may not take away any more`, () => {
      // Prepare
      network.join("worker", PLACE, holderOf(service));
      network.leave("worker");

      // Act
      authority.deleteRolePolicy(ROLE, "network");
      const withoutRights = errorOf(() => network.deleteSecurityGroup("sg-1"));
      authority.deleteRole(ROLE);
      const withoutRole = errorOf(() => network.deleteSecurityGroup("sg-1"));
      const left = network.names.interfaces;
      holderOf(service);
      network.deleteSecurityGroup("sg-1");

      // Assess
      expect(withoutRights).to.have.property("name", "DependencyViolation");
      expect(withoutRole).to.have.property("name", "DependencyViolation");
      expect(left).to.deep.equal(["-"]);
    });

    it(`refuses ${service} with a role that may not join, and keeps what was there`, () => {
      // Prepare
      network.join("worker", PLACE, holderOf(service));
      const limited = holderOf(service, ["ec2:DeleteNetworkInterface"]);

      // Act
      const error = errorOf(() =>
        network.join("worker", { ...PLACE, subnetIds: ["subnet-1"] }, limited),
      );

      // Assess
      expect(error).to.have.property("message").that.contains("ec2:CreateNetworkInterface");
      expect(network.names.interfaces).to.deep.equal(["worker"]);
    });
  }

  it("moves whoever is placed elsewhere, and does nothing for whoever stays", () => {
    // Prepare
    const holder = holderOf("lambda.amazonaws.com");
    network.createSecurityGroup("sg-2", "vpc-1");
    network.join("worker", PLACE, holder);

    // Act
    network.join("worker", PLACE, holder);
    const same = network.names.interfaces;
    network.join("worker", { ...PLACE, securityGroupIds: ["sg-2"] }, holder);
    network.deleteSecurityGroup("sg-1");

    // Assess
    expect(same).to.deep.equal(["worker"]);
    expect(network.names.interfaces).to.deep.equal(["worker"]);
    expect(network.names.securityGroups).to.deep.equal(["sg-2"]);
  });

  for (const [what, place, name] of [
    ["subnets", { ...PLACE, subnetIds: ["subnet-9"] }, "InvalidSubnetID.NotFound"],
    ["groups", { ...PLACE, securityGroupIds: ["sg-9"] }, "InvalidGroup.NotFound"],
  ] as const) {
    it(`refuses ${what} that are not there`, () => {
      const error = errorOf(() => network.join("worker", place));
      expect(error).to.have.property("name", name);
      expect(network.names.interfaces).to.deep.equal([]);
    });
  }

  it("takes an endpoint's interfaces with the endpoint, for which nobody needs a role", () => {
    // Prepare
    network.join("vpce-1", PLACE);

    // Act
    const during = errorOf(() => network.deleteSecurityGroup("sg-1"));
    network.leave("vpce-1");
    network.deleteSecurityGroup("sg-1");
    network.deleteVpc("vpc-1");

    // Assess
    expect(during).to.have.property("name", "DependencyViolation");
    expect(network.names).to.deep.equal(NOTHING);
  });

  it("keeps a group that another's rule names, and one whose own rule does not", () => {
    // Prepare
    network.createSecurityGroup("sg-2", "vpc-1");
    network.putRule("own", "sg-1", "sg-1");
    network.putRule("others", "sg-2", "sg-1");

    // Act
    const named = errorOf(() => network.deleteSecurityGroup("sg-1"));
    network.deleteRule("others");
    network.deleteSecurityGroup("sg-1");
    const unknown = errorOf(() => network.putRule("odd", "sg-2", "sg-1"));

    // Assess
    expect(named).to.have.property("name", "DependencyViolation");
    expect(unknown).to.have.property("name", "InvalidGroup.NotFound");
  });
});
