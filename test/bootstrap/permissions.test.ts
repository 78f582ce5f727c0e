/**
 * What the roles of the set-up may do, judged by the evaluator of the local cloud on the resources
 * that the program really has. Which actions the provider calls is written down here by hand, one
 * of each kind: the provider's sources are the judge of it, AWS has not been.
 */
import { expect } from "chai";
import { parsePolicy, type Statement } from "../../local/cloud/iam/policy";
import type { RecordedResource } from "../../local/pulumi/graph";
import { ofType } from "../support/graph";
import { ACCOUNT, deployBootstrap, deployProgram, REGION } from "../support/mocks";

interface Calls {
  /** The ARN that IAM checks, of a resource with that physical name. */
  readonly arn: (name: string) => string;
  readonly create: readonly string[];
  readonly read: readonly string[];
  readonly remove: readonly string[];
}

const here = (service: string, prefix: string) => (name: string) =>
  `arn:aws:${service}:${REGION}:${ACCOUNT}:${prefix}${name}`;
const bucket = (name: string) => `arn:aws:s3:::${name}`;
const iamRole = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const setting = (get: string): Calls => ({
  arn: bucket,
  create: [`s3:Put${get}`],
  read: [`s3:Get${get}`],
  remove: [`s3:Put${get}`],
});
const groupRule = (direction: string): Calls => ({
  arn: here("ec2", "security-group/"),
  create: [`ec2:AuthorizeSecurityGroup${direction}`],
  read: ["ec2:DescribeSecurityGroupRules"],
  remove: [`ec2:RevokeSecurityGroup${direction}`],
});
const sagemaker = (kind: string, name: string, remove: string): Calls => ({
  arn: here("sagemaker", `${kind}/`),
  create: [`sagemaker:Create${name}`, "sagemaker:AddTags"],
  read: [`sagemaker:Describe${name}`, "sagemaker:ListTags"],
  remove: [remove],
});
const scaling = (name: string, create: string, remove: string): Calls => ({
  arn: here("application-autoscaling", "scalable-target/"),
  create: [`application-autoscaling:${create}`],
  read: [`application-autoscaling:Describe${name}`],
  remove: [`application-autoscaling:${remove}`],
});

/** By type of resource. */
const CALLS: Readonly<Record<string, Calls>> = {
  "aws:appautoscaling/policy:Policy": scaling(
    "ScalingPolicies",
    "PutScalingPolicy",
    "DeleteScalingPolicy",
  ),
  "aws:appautoscaling/target:Target": scaling(
    "ScalableTargets",
    "RegisterScalableTarget",
    "DeregisterScalableTarget",
  ),
  "aws:budgets/budget:Budget": {
    arn: (name) => `arn:aws:budgets::${ACCOUNT}:budget/${name}`,
    create: ["budgets:ModifyBudget"],
    read: ["budgets:ViewBudget"],
    remove: ["budgets:ModifyBudget"],
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    arn: (name) => `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${name}`,
    create: ["cloudwatch:PutDashboard"],
    read: ["cloudwatch:GetDashboard"],
    remove: ["cloudwatch:DeleteDashboards"],
  },
  "aws:cloudwatch/eventRule:EventRule": {
    arn: here("events", "rule/"),
    create: ["events:PutRule"],
    read: ["events:DescribeRule", "events:ListTagsForResource"],
    remove: ["events:DeleteRule"],
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    arn: here("events", "rule/"),
    create: ["events:PutTargets"],
    read: ["events:ListTargetsByRule"],
    remove: ["events:RemoveTargets"],
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    arn: here("logs", "log-group:"),
    create: ["logs:CreateLogGroup", "logs:PutRetentionPolicy"],
    read: ["logs:DescribeLogGroups", "logs:ListTagsForResource"],
    remove: ["logs:DeleteLogGroup"],
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    arn: here("cloudwatch", "alarm:"),
    create: ["cloudwatch:PutMetricAlarm"],
    read: ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"],
    remove: ["cloudwatch:DeleteAlarms"],
  },
  "aws:ec2/securityGroup:SecurityGroup": {
    arn: here("ec2", "security-group/"),
    create: ["ec2:CreateSecurityGroup", "ec2:CreateTags"],
    read: ["ec2:DescribeSecurityGroups"],
    remove: ["ec2:DeleteSecurityGroup"],
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    arn: here("ec2", "vpc-endpoint/"),
    create: ["ec2:CreateVpcEndpoint"],
    read: ["ec2:DescribeVpcEndpoints", "ec2:DescribePrefixLists"],
    remove: ["ec2:DeleteVpcEndpoints"],
  },
  "aws:iam/role:Role": {
    arn: iamRole,
    create: ["iam:CreateRole", "iam:PassRole"],
    read: ["iam:GetRole", "iam:ListRolePolicies", "iam:ListAttachedRolePolicies"],
    remove: ["iam:DeleteRole", "iam:ListInstanceProfilesForRole"],
  },
  "aws:iam/rolePolicy:RolePolicy": {
    arn: iamRole,
    create: ["iam:PutRolePolicy"],
    read: ["iam:GetRolePolicy"],
    remove: ["iam:DeleteRolePolicy"],
  },
  "aws:kms/key:Key": {
    arn: here("kms", "key/"),
    create: ["kms:CreateKey", "kms:EnableKeyRotation"],
    read: ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus"],
    remove: ["kms:ScheduleKeyDeletion"],
  },
  "aws:lambda/function:Function": {
    arn: here("lambda", "function:"),
    create: ["lambda:CreateFunction"],
    read: ["lambda:GetFunction", "lambda:ListVersionsByFunction"],
    remove: ["lambda:DeleteFunction"],
  },
  "aws:lambda/functionUrl:FunctionUrl": {
    arn: here("lambda", "function:"),
    create: ["lambda:CreateFunctionUrlConfig"],
    read: ["lambda:GetFunctionUrlConfig"],
    remove: ["lambda:DeleteFunctionUrlConfig"],
  },
  "aws:lambda/permission:Permission": {
    arn: here("lambda", "function:"),
    create: ["lambda:AddPermission"],
    read: ["lambda:GetPolicy"],
    remove: ["lambda:RemovePermission"],
  },
  "aws:s3/bucket:Bucket": {
    arn: bucket,
    create: ["s3:CreateBucket"],
    read: ["s3:ListBucket", "s3:GetBucketAcl", "s3:GetBucketTagging"],
    remove: ["s3:DeleteBucket", "s3:ListBucketVersions"],
  },
  "aws:s3/bucketObject:BucketObject": {
    arn: (name) => bucket(`${name}/monitoring/managed/preprocessor.py`),
    create: ["s3:PutObject", "s3:PutObjectTagging"],
    read: ["s3:GetObject", "s3:GetObjectTagging"],
    remove: ["s3:DeleteObject", "s3:DeleteObjectVersion"],
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration":
    setting("LifecycleConfiguration"),
  "aws:s3/bucketNotification:BucketNotification": setting("BucketNotification"),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": setting("BucketOwnershipControls"),
  "aws:s3/bucketPolicy:BucketPolicy": setting("BucketPolicy"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": setting("BucketPublicAccessBlock"),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
    setting("EncryptionConfiguration"),
  "aws:s3/bucketVersioning:BucketVersioning": setting("BucketVersioning"),
  "aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition": sagemaker(
    "data-quality-job-definition",
    "DataQualityJobDefinition",
    "sagemaker:DeleteDataQualityJobDefinition",
  ),
  "aws:sagemaker/monitoringSchedule:MonitoringSchedule": sagemaker(
    "monitoring-schedule",
    "MonitoringSchedule",
    "sagemaker:DeleteMonitoringSchedule",
  ),
  "aws:sagemaker/endpoint:Endpoint": sagemaker("endpoint", "Endpoint", "sagemaker:DeleteEndpoint"),
  "aws:sagemaker/endpointConfiguration:EndpointConfiguration": sagemaker(
    "endpoint-config",
    "EndpointConfig",
    "sagemaker:DeleteEndpointConfig",
  ),
  "aws:sagemaker/model:Model": sagemaker("model", "Model", "sagemaker:DeleteModel"),
  "aws:sagemaker/trainingJob:TrainingJob": sagemaker(
    "training-job",
    "TrainingJob",
    "sagemaker:StopTrainingJob",
  ),
  "aws:scheduler/schedule:Schedule": {
    // Its group is made with it.
    arn: here("scheduler", "schedule/monitoring-drift-1a2b3c4/"),
    create: ["scheduler:CreateSchedule"],
    read: ["scheduler:GetSchedule"],
    remove: ["scheduler:DeleteSchedule"],
  },
  "aws:scheduler/scheduleGroup:ScheduleGroup": {
    arn: here("scheduler", "schedule-group/"),
    create: ["scheduler:CreateScheduleGroup", "scheduler:TagResource"],
    read: ["scheduler:GetScheduleGroup", "scheduler:ListTagsForResource"],
    remove: ["scheduler:DeleteScheduleGroup"],
  },
  "aws:sfn/stateMachine:StateMachine": {
    arn: here("states", "stateMachine:"),
    create: ["states:CreateStateMachine"],
    read: ["states:DescribeStateMachine", "states:ListTagsForResource"],
    remove: ["states:DeleteStateMachine"],
  },
  "aws:sns/topic:Topic": {
    arn: here("sns", ""),
    create: ["sns:CreateTopic", "sns:SetTopicAttributes"],
    read: ["sns:GetTopicAttributes", "sns:ListTagsForResource"],
    remove: ["sns:DeleteTopic"],
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    arn: here("sns", ""),
    create: ["sns:Subscribe"],
    read: ["sns:GetSubscriptionAttributes"],
    remove: ["sns:Unsubscribe"],
  },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": groupRule("Egress"),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": groupRule("Ingress"),
};

/** Everything that the program can have at once. */
const EVERYTHING = {
  endpoint: {
    instanceType: "ml.m5.xlarge",
    capture: 100,
    autoscaling: { minInstances: 1, maxInstances: 2, invocationsPerMinute: 100 },
  },
  network: "private",
  monitoring: { managedSchedule: { enabled: true } },
  observability: { alarmEmail: "owner@example.com" },
  budget: { monthlyDollars: 100, email: "owner@example.com" },
};

describe("permissions of the set-up", () => {
  let workflow: readonly RecordedResource[] = [];
  let allowed: (
    role: string,
    action: string,
    resource: string,
    more?: Readonly<Record<string, string>>,
  ) => boolean = () => false;

  before(async () => {
    const isOfProvider = ({ type }: RecordedResource) => type.startsWith("aws:");
    workflow = (await deployProgram(EVERYTHING)).resources.filter(isOfProvider);

    const { resources } = await deployBootstrap({ repository: "octo-org/octo-repo" });
    const policies = ofType(resources, "aws:iam/policy:Policy").map(
      ({ name, inputs }) =>
        [name, parsePolicy("identity", name, String(inputs["policy"]))] as [
          string,
          readonly Statement[],
        ],
    );
    // All that a service asks for on behalf of the caller.
    const context = [
      ["iam:passedtoservice", "lambda.amazonaws.com"],
      ["kms:viaservice", `s3.${REGION}.amazonaws.com`],
    ] as const;
    allowed = (role, action, resource, more = {}) =>
      policies
        .filter(([name]) => name.startsWith(`${role}-`))
        .flatMap(([, statements]) => statements)
        .some((statement) =>
          statement.applies({
            action,
            resource,
            context: () => new Map([...context, ...Object.entries(more)]),
          }),
        );
  });

  function arnOf({ type, name, outputs, inputs }: RecordedResource): string {
    const calls = CALLS[type];
    if (calls === undefined) {
      throw new Error(`Say in CALLS which actions ${type} takes, and allow them in bootstrap/`);
    }
    // Companions are checked as the bucket, role or rule that they belong to.
    const owner = inputs["bucket"] ?? inputs["role"] ?? inputs["rule"] ?? inputs["dashboardName"];
    return calls.arn(String(owner ?? outputs["bucket"] ?? outputs["name"] ?? name));
  }

  it("let who deploys make, read and delete every resource of the program", () => {
    const refused = workflow.flatMap((each) => {
      const { create = [], read = [], remove = [] } = CALLS[each.type] ?? {};
      const arn = arnOf(each);
      return [...create, ...read, ...remove]
        .filter((action) => !allowed("ci-deploy-dev", action, arn))
        .map((action) => `${action} on ${arn}`);
    });
    expect(refused).to.deep.equal([]);
  });

  it("let a preview read every resource of the program, and make or delete none", () => {
    const wrong = workflow.flatMap((each) => {
      const { create = [], read = [], remove = [] } = CALLS[each.type] ?? {};
      const arn = arnOf(each);
      return [
        ...read.filter((action) => !allowed("ci-preview", action, arn)),
        ...[...create, ...remove].filter(
          (action) => !read.includes(action) && allowed("ci-preview", action, arn),
        ),
      ].map((action) => `${action} on ${arn}`);
    });
    expect(wrong).to.deep.equal([]);
  });

  it("keep a preview away from the data, and from calling the model", () => {
    for (const [action, arn] of [
      ["s3:GetObject", "arn:aws:s3:::dataset-1a2b3c4/train/a.png"],
      ["s3:GetObject", "arn:aws:s3:::inference-1a2b3c4/incoming/a.png"],
      ["s3:GetObjectVersion", "arn:aws:s3:::inference-1a2b3c4/incoming/a.png"],
      ["kms:Decrypt", here("kms", "key/")("another")],
      ["sagemaker:InvokeEndpoint", here("sagemaker", "endpoint/")("ml-workflow-aws-dev")],
    ] as const) {
      expect(allowed("ci-preview", action, arn), action).to.equal(false);
    }
    for (const [action, object] of [
      ["s3:GetObject", "dataset-1a2b3c4/train/a.png"],
      // Of pictures that were reviewed, for the next dataset.
      ["s3:GetObject", "inference-1a2b3c4/labels/incoming/a.png/v1.json"],
      ["s3:GetObjectVersion", "inference-1a2b3c4/incoming/a.png"],
    ] as const) {
      expect(allowed("ci-deploy-dev", action, `arn:aws:s3:::${object}`), object).to.equal(true);
    }
  });

  it("let who deploys give a key to services, which encrypt volumes, and to nobody else", () => {
    const key = here("kms", "key/")("data");
    const forService = { "kms:grantisforawsresource": "true" };
    for (const [role, context, expected] of [
      ["ci-deploy-dev", forService, true],
      ["ci-deploy-dev", {}, false],
      ["ci-deploy-dev", { "kms:grantisforawsresource": "false" }, false],
      ["ci-preview", forService, false],
    ] as const) {
      expect(allowed(role, "kms:CreateGrant", key, context), role).to.equal(expected);
    }
  });

  it("keep the state of one stack from the role of another, which may read it", () => {
    const state = (file: string) => `arn:aws:s3:::pulumi-state-1a2b3c4/.pulumi/${file}`;
    const files = (stack: string) => [
      state(`stacks/ml-workflow-aws/${stack}.json`),
      state(`stacks/ml-workflow-aws/${stack}.json.gz`),
      state(`history/ml-workflow-aws/${stack}/${stack}-1.checkpoint.json`),
      state(`backups/ml-workflow-aws/${stack}/${stack}.1.json`),
      state(`locks/organization/ml-workflow-aws/${stack}/1.json`),
    ];
    for (const file of files("dev")) {
      expect(allowed("ci-deploy-dev", "s3:PutObject", file), file).to.equal(true);
      expect(allowed("ci-deploy-prod", "s3:PutObject", file), file).to.equal(false);
      expect(allowed("ci-preview", "s3:PutObject", file), file).to.equal(false);
      expect(allowed("ci-deploy-prod", "s3:GetObject", file), file).to.equal(true);
    }
    for (const file of files("dev-2")) {
      expect(allowed("ci-deploy-dev", "s3:PutObject", file), file).to.equal(false);
    }
  });

  it("let nobody change roles of the set-up or of other programs, or act in them", () => {
    const others = ["billing-role-1a2b3c4", "admin-role", "eks-node-role-1a2b3c4"];
    for (const role of [
      ...["ci-preview", "ci-deploy-dev", "ci-deploy-prod"].map((name) => `${name}-1a2b3c4`),
      ...others,
    ]) {
      const arn = iamRole(role);
      for (const action of ["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:PassRole"]) {
        expect(allowed("ci-deploy-prod", action, arn), `${action} on ${arn}`).to.equal(false);
      }
    }
  });
});
