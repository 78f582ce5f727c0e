import { restrictTypes } from "../../../../policy/aws/resource/restrictTypes";
import { subject } from "../../../support/policy";
import { itDecides } from "../../cases";

const use = (instead: string) => `No policy can see what this makes: use ${instead}.`;
const TYPED = use("the resource of `@pulumi/aws` for the same thing");
const of = (type: string) => subject(type, {});

describe("policy aws/resource/restrictTypes", () => {
  itDecides(restrictTypes, {
    accepts: { "a resource of the usual provider": of("aws:s3/bucket:Bucket") },
    refuses: {
      "a resource of the native provider": [of("aws-native:sagemaker:EndpointConfig"), TYPED],
      "the native provider itself": [
        of("pulumi:providers:aws-native"),
        use("the provider of `@pulumi/aws`"),
      ],
      "a resource of the cloud control API": [of("aws:cloudcontrol/resource:Resource"), TYPED],
      "a resource of Terraform's provider": [of("aws:index/s3Bucket:S3Bucket"), TYPED],
      "a resource in a module of Terraform": [of("network:tf:aws_vpc"), TYPED],
      "a template": [
        of("aws:cloudformation/stack:Stack"),
        use("resources of the program in place of those of the template"),
      ],
      "templates in many accounts": [
        of("aws:cloudformation/stackSet:StackSet"),
        use("resources of the program in place of those of the template"),
      ],
      "code of its own": [of("pulumi-nodejs:dynamic:Resource"), TYPED],
    },
    ignores: { "resources of others": of("random:index/randomId:RandomId") },
  });
  describe("with types admitted", () => {
    itDecides(restrictTypes, {
      accepts: { "such a type": of("aws-native:ssm:Parameter") },
      refuses: { "another type": [of("aws-native:sagemaker:Endpoint"), TYPED] },
      config: { admitted: ["aws-native:ssm:*"] },
    });
  });
});
