/**
 * What Pulumi's providers call for the resources of the workflow, by area. Written by hand from the
 * provider's sources and the Service Authorization Reference; AWS has not judged it yet, so expect
 * to add an action or two: an update names the one that it lacks. One list, for it is read as one.
 */
import * as pulumi from "@pulumi/pulumi";
import { MANAGED_SCHEDULE_KEYS } from "../contract/monitoring";
import { project } from "./deployed";
import { accountId, arnOf, partition, region } from "../infra/account";
import type { Statement } from "../infra/serviceRole";

/** One kind of resource: what reads how it is set up, and what changes it. */
interface Kind {
  readonly resources: readonly pulumi.Output<string>[];
  readonly read: readonly string[];
  readonly change: readonly string[];
}

/** Actions that know no resources, so that only `*` can be allowed. */
export const WITHOUT_RESOURCES = {
  read: [
    "application-autoscaling:DescribeScalableTargets",
    "application-autoscaling:DescribeScalingPolicies",
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeNetworkAcls",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribePrefixLists",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroupRules",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeTags",
    "ec2:DescribeVpcEndpointServices",
    "ec2:DescribeVpcEndpoints",
    "ec2:DescribeVpcs",
    "kms:ListAliases",
    "logs:DescribeLogGroups",
    "sagemaker:ListEndpointConfigs",
    "sagemaker:ListEndpoints",
    "sagemaker:ListModels",
    "sagemaker:ListMonitoringSchedules",
    "sagemaker:ListTrainingJobs",
    "servicequotas:ListAWSDefaultServiceQuotas",
    "servicequotas:ListServiceQuotas",
    "states:ValidateStateMachineDefinition",
  ],
  change: ["kms:CreateKey"],
} as const;

/** Lets a role see how resources are set up, never the data in them. */
export function inspect(): Readonly<Record<string, readonly Statement[]>> {
  return {
    inspect: [
      { actions: WITHOUT_RESOURCES.read, resources: ["*"] },
      ...Object.values(areas()).flatMap((kinds) =>
        kinds
          .filter(({ read }) => read.length > 0)
          .map(({ resources, read }) => ({ actions: read, resources })),
      ),
    ],
  };
}

/** Lets a role make, change and delete the resources of the workflow, and read and write its data. */
export function deploy(): Readonly<Record<string, readonly Statement[]>> {
  const everywhere = [...WITHOUT_RESOURCES.read, ...WITHOUT_RESOURCES.change];
  return {
    everywhere: [{ actions: everywhere, resources: ["*"] }],
    ...Object.fromEntries(
      Object.entries(areas()).map(([area, kinds]) => [
        area,
        kinds.map(({ resources, read, change }) => ({ actions: [...read, ...change], resources })),
      ]),
    ),
    roles: roles(),
    data: [...data(), ...volumes()],
  };
}

function areas(): Readonly<Record<string, readonly Kind[]>> {
  return {
    storage: [buckets(), keys()],
    compute: [functions(), stateMachines(), ...training(), ...modelMonitor()],
    events: [rules(), schedules(), topics(), logGroups(), ...metrics()],
    network: [network(), scaling(), budgets()],
    identity: [roleDocuments()],
  };
}

/** The engine names them `dataset-<random>` and `inference-<random>`. */
function bucketArns(): readonly pulumi.Output<string>[] {
  return ["dataset", "inference"].map(
    (name) => pulumi.interpolate`arn:${partition()}:s3:::${name}-*`,
  );
}

function buckets(): Kind {
  const both = ["BucketOwnershipControls", "BucketPolicy", "BucketPublicAccessBlock"];
  const more = ["BucketNotification", "BucketTagging", "BucketVersioning"];
  const settings = [...both, ...more, "EncryptionConfiguration", "LifecycleConfiguration"];
  return {
    resources: bucketArns(),
    read: [
      ...settings.map((setting) => `s3:Get${setting}`),
      "s3:GetAccelerateConfiguration",
      "s3:GetBucketAcl",
      "s3:GetBucketCORS",
      "s3:GetBucketLocation",
      "s3:GetBucketLogging",
      "s3:GetBucketObjectLockConfiguration",
      "s3:GetBucketRequestPayment",
      "s3:GetBucketWebsite",
      "s3:GetReplicationConfiguration",
      "s3:ListBucket",
      "s3:ListTagsForResource",
    ],
    change: [
      ...settings.map((setting) => `s3:Put${setting}`),
      "s3:CreateBucket",
      "s3:DeleteBucket",
      "s3:DeleteBucketPolicy",
      "s3:ListBucketMultipartUploads",
      "s3:ListBucketVersions",
      "s3:TagResource",
      "s3:UntagResource",
    ],
  };
}

function keys(): Kind {
  return {
    resources: [arnOf("kms", "key/*")],
    read: [
      "kms:DescribeKey",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListResourceTags",
    ],
    change: [
      "kms:DisableKeyRotation",
      "kms:EnableKeyRotation",
      "kms:PutKeyPolicy",
      "kms:ScheduleKeyDeletion",
      "kms:TagResource",
      "kms:UntagResource",
      "kms:UpdateKeyDescription",
    ],
  };
}

function functions(): Kind {
  return {
    resources: [arnOf("lambda", "function:*")],
    read: [
      "lambda:GetFunction",
      "lambda:GetFunctionCodeSigningConfig",
      "lambda:GetFunctionConcurrency",
      "lambda:GetFunctionConfiguration",
      "lambda:GetFunctionUrlConfig",
      "lambda:GetPolicy",
      "lambda:GetRuntimeManagementConfig",
      "lambda:ListTags",
      "lambda:ListVersionsByFunction",
    ],
    change: [
      "lambda:AddPermission",
      "lambda:CreateFunction",
      "lambda:CreateFunctionUrlConfig",
      "lambda:DeleteFunction",
      "lambda:DeleteFunctionConcurrency",
      "lambda:DeleteFunctionUrlConfig",
      "lambda:PutFunctionConcurrency",
      "lambda:RemovePermission",
      "lambda:TagResource",
      "lambda:UntagResource",
      "lambda:UpdateFunctionCode",
      "lambda:UpdateFunctionConfiguration",
      "lambda:UpdateFunctionUrlConfig",
    ],
  };
}

function stateMachines(): Kind {
  return {
    resources: [arnOf("states", "stateMachine:*")],
    read: [
      "states:DescribeStateMachine",
      "states:ListStateMachineVersions",
      "states:ListTagsForResource",
    ],
    change: [
      "states:CreateStateMachine",
      "states:DeleteStateMachine",
      "states:TagResource",
      "states:UntagResource",
      "states:UpdateStateMachine",
    ],
  };
}

function training(): readonly Kind[] {
  const kinds = ["training-job", "model", "endpoint-config", "endpoint"] as const;
  const names = ["TrainingJob", "Model", "EndpointConfig", "Endpoint"] as const;
  const resources = kinds.map((kind) => arnOf("sagemaker", `${kind}/*`));
  return [
    {
      resources,
      read: [...names.map((name) => `sagemaker:Describe${name}`), "sagemaker:ListTags"],
      change: [
        ...names.map((name) => `sagemaker:Create${name}`),
        "sagemaker:AddTags",
        "sagemaker:DeleteEndpoint",
        "sagemaker:DeleteEndpointConfig",
        "sagemaker:DeleteModel",
        "sagemaker:DeleteTags",
        "sagemaker:StopTrainingJob",
        "sagemaker:UpdateEndpoint",
        "sagemaker:UpdateEndpointWeightsAndCapacities",
      ],
    },
    // The held-out images are scored through the endpoint of a stack, which is called like it.
    {
      resources: [arnOf("sagemaker", `endpoint/${project}-*`)],
      read: [],
      change: ["sagemaker:InvokeEndpoint"],
    },
  ];
}

/** Of the managed schedule, in accounts that have it, with the script in the bucket. */
function modelMonitor(): readonly Kind[] {
  const { preprocessor } = MANAGED_SCHEDULE_KEYS;
  return [
    {
      resources: ["data-quality-job-definition", "monitoring-schedule"].map((kind) =>
        arnOf("sagemaker", `${kind}/*`),
      ),
      read: [
        "sagemaker:DescribeDataQualityJobDefinition",
        "sagemaker:DescribeMonitoringSchedule",
        "sagemaker:ListTags",
      ],
      change: [
        "sagemaker:AddTags",
        "sagemaker:CreateDataQualityJobDefinition",
        "sagemaker:CreateMonitoringSchedule",
        "sagemaker:DeleteDataQualityJobDefinition",
        "sagemaker:DeleteMonitoringSchedule",
        "sagemaker:DeleteTags",
        "sagemaker:UpdateMonitoringSchedule",
      ],
    },
    {
      resources: [pulumi.interpolate`arn:${partition()}:s3:::inference-*/${preprocessor}`],
      read: ["s3:GetObject", "s3:GetObjectTagging"],
      change: ["s3:PutObjectTagging"],
    },
  ];
}

function rules(): Kind {
  return {
    resources: [arnOf("events", "rule/*")],
    read: ["events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule"],
    change: [
      "events:DeleteRule",
      "events:DisableRule",
      "events:EnableRule",
      "events:PutRule",
      "events:PutTargets",
      "events:RemoveTargets",
      "events:TagResource",
      "events:UntagResource",
    ],
  };
}

/** The drift monitor's, in a group of their own; only the group has tags. */
function schedules(): Kind {
  return {
    resources: [
      arnOf("scheduler", "schedule-group/monitoring-drift-*"),
      arnOf("scheduler", "schedule/monitoring-drift-*/monitoring-drift-*"),
    ],
    read: ["scheduler:GetSchedule", "scheduler:GetScheduleGroup", "scheduler:ListTagsForResource"],
    change: [
      "scheduler:CreateSchedule",
      "scheduler:CreateScheduleGroup",
      "scheduler:DeleteSchedule",
      "scheduler:DeleteScheduleGroup",
      "scheduler:TagResource",
      "scheduler:UntagResource",
      "scheduler:UpdateSchedule",
    ],
  };
}

function topics(): Kind {
  return {
    resources: ["alarms", "monitoring-drift", "review"].map((name) => arnOf("sns", `${name}-*`)),
    read: [
      "sns:GetSubscriptionAttributes",
      "sns:GetTopicAttributes",
      "sns:ListSubscriptionsByTopic",
      "sns:ListTagsForResource",
    ],
    change: [
      "sns:CreateTopic",
      "sns:DeleteTopic",
      "sns:SetSubscriptionAttributes",
      "sns:SetTopicAttributes",
      "sns:Subscribe",
      "sns:TagResource",
      "sns:Unsubscribe",
      "sns:UntagResource",
    ],
  };
}

function logGroups(): Kind {
  return {
    resources: [arnOf("logs", "log-group:*")],
    read: ["logs:ListTagsForResource"],
    change: [
      "logs:CreateLogGroup",
      "logs:DeleteLogGroup",
      "logs:DeleteRetentionPolicy",
      "logs:PutRetentionPolicy",
      "logs:TagResource",
      "logs:UntagResource",
    ],
  };
}

function metrics(): readonly Kind[] {
  return [
    {
      resources: [arnOf("cloudwatch", "alarm:*")],
      read: ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"],
      change: [
        "cloudwatch:DeleteAlarms",
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:TagResource",
        "cloudwatch:UntagResource",
      ],
    },
    {
      // Dashboards are of the account, not of a region.
      resources: [
        pulumi.interpolate`arn:${partition()}:cloudwatch::${accountId()}:dashboard/ml-workflow-aws-*`,
      ],
      read: ["cloudwatch:GetDashboard"],
      change: ["cloudwatch:DeleteDashboards", "cloudwatch:PutDashboard"],
    },
  ];
}

function network(): Kind {
  const kinds = ["internet-gateway", "route-table", "security-group", "security-group-rule"];
  const more = ["subnet", "vpc", "vpc-endpoint"];
  return {
    resources: [...kinds, ...more].map((kind) => arnOf("ec2", `${kind}/*`)),
    read: ["ec2:DescribeVpcAttribute"],
    change: [
      "ec2:AssociateRouteTable",
      "ec2:AttachInternetGateway",
      "ec2:AuthorizeSecurityGroupEgress",
      "ec2:AuthorizeSecurityGroupIngress",
      "ec2:CreateInternetGateway",
      "ec2:CreateRoute",
      "ec2:CreateRouteTable",
      "ec2:CreateSecurityGroup",
      "ec2:CreateSubnet",
      "ec2:CreateTags",
      "ec2:CreateVpc",
      "ec2:CreateVpcEndpoint",
      "ec2:DeleteInternetGateway",
      "ec2:DeleteRoute",
      "ec2:DeleteRouteTable",
      "ec2:DeleteSecurityGroup",
      "ec2:DeleteSubnet",
      "ec2:DeleteTags",
      "ec2:DeleteVpc",
      "ec2:DeleteVpcEndpoints",
      "ec2:DetachInternetGateway",
      "ec2:DisassociateRouteTable",
      "ec2:ModifySecurityGroupRules",
      "ec2:ModifySubnetAttribute",
      "ec2:ModifyVpcAttribute",
      "ec2:ModifyVpcEndpoint",
      "ec2:RevokeSecurityGroupEgress",
      "ec2:RevokeSecurityGroupIngress",
    ],
  };
}

function scaling(): Kind {
  return {
    resources: [arnOf("application-autoscaling", "scalable-target/*")],
    read: ["application-autoscaling:ListTagsForResource"],
    change: [
      "application-autoscaling:DeleteScalingPolicy",
      "application-autoscaling:DeregisterScalableTarget",
      "application-autoscaling:PutScalingPolicy",
      "application-autoscaling:RegisterScalableTarget",
      "application-autoscaling:TagResource",
      "application-autoscaling:UntagResource",
    ],
  };
}

function budgets(): Kind {
  return {
    resources: [pulumi.interpolate`arn:${partition()}:budgets::${accountId()}:budget/*`],
    read: ["budgets:ListTagsForResource", "budgets:ViewBudget"],
    change: ["budgets:ModifyBudget", "budgets:TagResource", "budgets:UntagResource"],
  };
}

/**
 * Names of the roles that services act in, whatever the stack; the engine adds the end. A role of
 * yours comes here. Roles of other programs, and those made here, are called otherwise.
 */
const WORKFLOW_ROLES = [
  "hosting-role-*",
  "monitoring-drift-role-*",
  "monitoring-drift-schedule-role-*",
  "monitoring-managed-role-*",
  "training-role-*",
  "workflow-role-*",
  "workflow-*-role-*",
  "review-role-*",
  "review-*-role-*",
];

function roleArns(): readonly pulumi.Output<string>[] {
  return WORKFLOW_ROLES.map(
    (name) => pulumi.interpolate`arn:${partition()}:iam::${accountId()}:role/${name}`,
  );
}

function roleDocuments(): Kind {
  return {
    resources: roleArns(),
    read: [
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListRolePolicies",
      "iam:ListRoleTags",
    ],
    change: [
      "iam:CreateRole",
      "iam:DeleteRole",
      "iam:DeleteRolePolicy",
      "iam:ListInstanceProfilesForRole",
      "iam:PutRolePolicy",
      "iam:TagRole",
      "iam:UntagRole",
      "iam:UpdateAssumeRolePolicy",
      "iam:UpdateRole",
      "iam:UpdateRoleDescription",
    ],
  };
}

/** Roles are passed to the services that act in them, and to no other. */
function roles(): readonly Statement[] {
  const services = ["events", "lambda", "sagemaker", "scheduler", "states"];
  return [
    {
      actions: ["iam:PassRole"],
      resources: roleArns(),
      conditions: {
        StringEquals: { "iam:PassedToService": services.map((each) => `${each}.amazonaws.com`) },
      },
    },
    {
      // Autoscaling of endpoints makes this role once in an account.
      actions: ["iam:CreateServiceLinkedRole"],
      resources: [
        pulumi.interpolate`arn:${partition()}:iam::${accountId()}:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/*`,
      ],
    },
  ];
}

/**
 * The ETL uploads the dataset, with pictures that were reviewed, the gates read it, and `destroy`
 * empties the buckets.
 */
function data(): readonly Statement[] {
  const objects = bucketArns().map((arn) => pulumi.interpolate`${arn}/*`);
  return [
    {
      actions: [
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:ListMultipartUploadParts",
        "s3:PutObject",
      ],
      resources: objects,
    },
    {
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: [arnOf("kms", "key/*")],
      conditions: {
        StringEquals: { "kms:ViaService": pulumi.interpolate`s3.${region()}.amazonaws.com` },
      },
    },
  ];
}

/**
 * An endpoint's volumes are encrypted with a key that whoever makes or updates the endpoint gives to
 * the service ("Amazon SageMaker AI API Permissions": `CreateEndpoint` and `UpdateEndpoint`).
 */
function volumes(): readonly Statement[] {
  return [
    {
      actions: ["kms:CreateGrant"],
      resources: [arnOf("kms", "key/*")],
      conditions: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
}
