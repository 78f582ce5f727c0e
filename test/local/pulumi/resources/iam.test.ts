import { expect } from "chai";
import type { Cloud } from "../../../../local/cloud";
import { allow, rejectionOf, Resources, startCloud, trust } from "./support";

const LAMBDA = "lambda.amazonaws.com";
const EVENTS = "events.amazonaws.com";
const OBJECT = "arn:aws:s3:::photos/1.png";

describe("roles and their policies", () => {
  let cloud: Cloud;
  const roles = new Resources("aws:iam/role:Role", () => cloud);
  const policies = new Resources("aws:iam/rolePolicy:RolePolicy", () => cloud);

  const role = { name: "reader", assumeRolePolicy: trust(LAMBDA) };
  const policy = { name: "read", role: "reader", policy: allow("s3:GetObject", OBJECT) };
  const arn = `arn:aws:iam::000000000000:role/reader`;

  const assume =
    (service = LAMBDA) =>
    () =>
      cloud.authority.assumeRole(arn, service);
  const read =
    (object = OBJECT) =>
    () =>
      cloud.authority.authorize(assume()().accessKeyId, "s3:GetObject", object);

  beforeEach(async () => {
    cloud = await startCloud();
  });
  afterEach(() => cloud.stop());

  it("lets those use the role whom it trusts, for what its policies allow", async () => {
    // Act
    const made = await roles.create("role", role);
    const attached = await policies.create("policy", policy);

    // Assess
    expect(made).to.deep.include({ id: "reader", name: "reader", arn });
    expect(attached).to.deep.include({ id: "reader:read", name: "read" });
    expect(read()).not.to.throw();
    expect(read("arn:aws:s3:::photos/2.png")).to.throw().with.property("name", "AccessDenied");
  });

  it("changes in place whom a role trusts, and keeps its policies", async () => {
    // Prepare
    await roles.create("role", role);
    await policies.create("policy", policy);

    // Act
    await roles.update("reader", "role", { ...role, assumeRolePolicy: trust(EVENTS) });

    // Assess
    expect(assume()).to.throw().with.property("name", "AccessDenied");
    const { accessKeyId } = assume(EVENTS)();
    expect(() => cloud.authority.authorize(accessKeyId, "s3:GetObject", OBJECT)).not.to.throw();
  });

  it("changes in place what a policy allows, for sessions under way too", async () => {
    // Prepare
    await roles.create("role", role);
    await policies.create("policy", policy);
    const { accessKeyId } = assume()();

    // Act
    const other = allow("s3:PutObject", OBJECT);
    await policies.update("reader:read", "policy", { ...policy, policy: other });

    // Assess
    const may = (action: string) => () => cloud.authority.authorize(accessKeyId, action, OBJECT);
    expect(may("s3:PutObject")).not.to.throw();
    expect(may("s3:GetObject")).to.throw().with.property("name", "AccessDenied");
  });

  it("refuses to delete a role that still has a policy, naming it", async () => {
    // Prepare
    await roles.create("role", role);
    await policies.create("policy", policy);

    // Act
    const error = await rejectionOf(roles.delete("reader", "role", role));

    // Assess
    expect(error).to.include({ name: "DeleteConflict", status: 409 });
    expect(error).to.have.property("message").that.includes("read");
    expect(read()).not.to.throw();
  });

  it("refuses to delete a role with a managed policy", async () => {
    // Prepare
    await roles.create("role", role);
    cloud.authority.putManagedPolicy("arn:aws:iam::aws:policy/Read", policy.policy);
    cloud.authority.attachRolePolicy(arn, "arn:aws:iam::aws:policy/Read");

    // Act
    const error = await rejectionOf(roles.delete("reader", "role", role));

    // Assess
    expect(error).to.have.property("name", "DeleteConflict");
  });

  it("deletes a policy and then its role, with the credentials given out for it", async () => {
    // Prepare
    await roles.create("role", role);
    await policies.create("policy", policy);
    const { accessKeyId } = assume()();

    // Act
    await policies.delete("reader:read", "policy", policy);
    await roles.delete("reader", "role", role);

    // Assess
    expect(cloud.authority.roleArns).to.deep.equal([]);
    expect(cloud.authority.credentialsOf(accessKeyId)).to.equal(undefined);
    expect(assume()).to.throw().with.property("message").that.includes("there is no such role");
  });

  it("gives a role that is made again none of the old one's sessions", async () => {
    // Prepare
    await roles.create("role", role);
    const old = assume()();
    await roles.delete("reader", "role", role);

    // Act
    await roles.create("role", role);

    // Assess
    expect(assume()().accessKeyId).not.to.equal(old.accessKeyId);
  });

  it("has nothing against deleting what is gone", async () => {
    // Act
    await policies.delete("reader:read", "policy", policy);
    await roles.delete("reader", "role", role);

    // Assess
    expect(cloud.authority.roleArns).to.deep.equal([]);
  });

  it("refuses a policy for a role that is not there, and one that is none", async () => {
    // Act
    const missing = await rejectionOf(policies.create("policy", policy));
    const malformed = await rejectionOf(roles.create("role", { ...role, assumeRolePolicy: "{" }));

    // Assess
    expect(missing).to.have.property("name", "NoSuchEntity");
    expect(malformed).to.have.property("name", "MalformedPolicyDocument");
  });
});
