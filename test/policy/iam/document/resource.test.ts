import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { expect } from "chai";
import { RESOURCE_POLICIES } from "../../../../policy/iam/document/resource";
import { IDENTITY_POLICIES } from "../../../../policy/iam/policy/resource";
import { PROJECT_ROOT } from "../../../support/project";

/** Documents that do not say who may do something with a resource, and why each is left out. */
const OTHERS: Readonly<Record<string, string>> = {
  "aws:apigateway/domainName:DomainName": "interfaces are public unless they ask who calls",
  "aws:apigateway/restApi:RestApi": "interfaces are public unless they ask who calls",
  "aws:apigateway/restApiPolicy:RestApiPolicy": "interfaces are public unless they ask who calls",
  "aws:cloudwatch/logAccountPolicy:LogAccountPolicy": "what is masked or indexed",
  "aws:cloudwatch/logDataProtectionPolicy:LogDataProtectionPolicy": "what is masked",
  "aws:cloudwatch/logIndexPolicy:LogIndexPolicy": "what is indexed",
  "aws:ec2/vpcEndpoint:VpcEndpoint": "limits what passes, and grants nothing",
  "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy": "limits what passes, and grants nothing",
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": "what is deleted",
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": "limits a session, and grants nothing",
  "aws:iot/policy:Policy": "what a device may do",
  "aws:iot/policyAttachment:PolicyAttachment": "a name",
  "aws:networkmanager/coreNetworkPolicyAttachment:CoreNetworkPolicyAttachment": "a network's form",
  "aws:networkmanager/coreNetwork:CoreNetwork": "a network's form",
  "aws:odb/network:Network": "limits what passes, and grants nothing",
  "aws:opensearch/serverlessAccessPolicy:ServerlessAccessPolicy": "a language of its own",
  "aws:opensearch/serverlessLifecyclePolicy:ServerlessLifecyclePolicy": "what is deleted",
  "aws:opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy": "a language of its own",
  "aws:organizations/policy:Policy": "limits accounts, and grants nothing",
  "aws:ses/receiptFilter:ReceiptFilter": "a word: Allow or Block",
  "aws:sns/dataProtectionPolicy:DataProtectionPolicy": "what is masked",
  "aws:transfer/access:Access": "limits a session, and grants nothing",
  "aws:transfer/user:User": "limits a session, and grants nothing",
  "aws:verifiedaccess/endpoint:Endpoint": "a language of its own",
  "aws:verifiedaccess/group:Group": "a language of its own",
  "aws:vpclattice/authPolicy:AuthPolicy": "for who is in the network already",
};

/** A text that is called a policy, and not one of a few words, as how something is deleted. */
const POLICY =
  /^ {4}(policy|\w*[pP]olicyDocument|\w*([aA]ccess|[rR]esource|[dD]estination|[rR]epository)Polic(y|ies))\??: pulumi\.Input<string/m;

/** Texts of the provider's that are called policies, by the types of the resources that have them. */
function typesWithPolicies(): string[] {
  const provider = path.join(PROJECT_ROOT, "node_modules/@pulumi/aws");
  return readdirSync(provider, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== "types")
    .flatMap(({ name }) =>
      readdirSync(path.join(provider, name))
        .filter((file) => file.endsWith(".d.ts") && !/^(get[A-Z]|index)/.test(file))
        .flatMap((file) => {
          const text = readFileSync(path.join(provider, name, file), "utf8");
          const [, kind, body = ""] =
            /export interface (\w+)Args \{([\s\S]*?)\n\}/.exec(text) ?? [];
          const isPolicy = POLICY.test(body);
          const isContent = /[pP]olicy/.test(kind ?? "") && /^ {4}content\??: /m.test(body);
          return kind !== undefined && (isPolicy || isContent)
            ? [`aws:${name}/${file.replace(".d.ts", "")}:${kind}`]
            : [];
        }),
    );
}

describe("documents that name principals", () => {
  it("are judged wherever the provider takes one, or have a reason why not", () => {
    const known = [...RESOURCE_POLICIES, ...IDENTITY_POLICIES, ...Object.keys(OTHERS)];

    const missing = typesWithPolicies().filter((type) => !known.includes(type));

    expect(missing).to.deep.equal([]);
  });

  it("are of types that the provider has", () => {
    const present = typesWithPolicies();

    const unknown = Object.keys(OTHERS).filter((type) => !present.includes(type));

    expect(unknown).to.deep.equal([]);
  });
});
