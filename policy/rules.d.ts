/** Each rule of the pack, for packs of others. Written by docs.ts. */
import type {
  ResourceValidation,
  ResourceValidationPolicy,
  StackValidationPolicy as StackRule,
} from "@pulumi/policy";

type ResourceRule = ResourceValidationPolicy & { readonly validateResource: ResourceValidation };

/** An endpoint configuration must have data capture enabled. */
export declare const sagemakerEndpointConfigurationEnableCapture: ResourceRule;
/** Data capture must sample exactly the required percentage of the requests. */
export declare const sagemakerEndpointConfigurationRequireFullSampling: ResourceRule;
/** Data capture must record both the input and the output of every request. */
export declare const sagemakerEndpointConfigurationRequireInputAndOutput: ResourceRule;
/** Captured data must be written under the approved key prefix. */
export declare const sagemakerEndpointConfigurationRequireCapturePrefix: ResourceRule;
/** Captured data must go into a bucket of the stack, which encrypts it, or have a key of its own. */
export declare const sagemakerEndpointConfigurationRequireEncryptedCapture: StackRule;
/** The volumes of an endpoint's instances must be encrypted with a customer managed key, where they take one. */
export declare const sagemakerEndpointConfigurationRequireEncryption: ResourceRule;
/** Every variant of an endpoint, shadows included, must use an approved instance type. */
export declare const sagemakerEndpointConfigurationRestrictInstanceTypes: ResourceRule;
/** Every variant of an endpoint must start with, and scale to, an approved number of instances. */
export declare const sagemakerEndpointConfigurationRestrictInstanceCounts: ResourceRule;
/** An endpoint configuration must not have a fixed name. */
export declare const sagemakerEndpointConfigurationDisallowFixedName: ResourceRule;
/** No variant of an endpoint may be serverless: SageMaker captures no data there. */
export declare const sagemakerEndpointConfigurationDisallowServerless: ResourceRule;
/** No variant of an endpoint may let people into its containers. */
export declare const sagemakerEndpointConfigurationDisallowShellAccess: ResourceRule;
/** Captured data, asynchronous answers and core dumps must go to a bucket of the stack, or to a listed one. */
export declare const sagemakerEndpointConfigurationRestrictDestinations: StackRule;
/** In production an endpoint must name alarms on which an update is rolled back. */
export declare const sagemakerEndpointRequireRollbackAlarms: ResourceRule;
/** Every endpoint must use an endpoint configuration of its own stack that captures its traffic. */
export declare const sagemakerStackRequireCapturedEndpoint: StackRule;
/** A training job must use an approved instance type in every instance group. */
export declare const sagemakerTrainingJobRestrictInstanceTypes: ResourceRule;
/** A training job must not run on more than the approved number of instances. */
export declare const sagemakerTrainingJobRestrictInstanceCounts: ResourceRule;
/** A model's containers must be cut off from every network. */
export declare const sagemakerModelEnableNetworkIsolation: ResourceRule;
/** A training job must have a time limit of its own, within the approved maximum. */
export declare const sagemakerTrainingJobRequireMaxRuntime: ResourceRule;
/** What a training job writes must go into a bucket of the stack, which encrypts it, or have a key of its own. */
export declare const sagemakerTrainingJobRequireEncryptedOutput: StackRule;
/** Models, checkpoints and what a debugger writes must go to a bucket of the stack, or to a listed one. */
export declare const sagemakerTrainingJobRestrictDestinations: StackRule;
/** No training job may let people into its containers. */
export declare const sagemakerTrainingJobDisallowShellAccess: ResourceRule;
/** Captured requests and answers must not be deleted, or archived, before drift could be found in them. */
export declare const sagemakerCaptureRequireRetention: ResourceRule;
/** The file system of a domain must be encrypted with a customer managed key. */
export declare const sagemakerDomainRequireEncryption: ResourceRule;
/** The apps of a domain must reach the internet through its network only. */
export declare const sagemakerDomainRestrictNetwork: ResourceRule;
/** The online and the offline store of a feature group must be encrypted with a customer managed key. */
export declare const sagemakerFeatureGroupRequireEncryption: ResourceRule;
/** A notebook instance must be in a subnet, and reach the internet through it only. */
export declare const sagemakerNotebookInstanceDisallowInternet: ResourceRule;
/** Users of a notebook instance must not have root access to it. */
export declare const sagemakerNotebookInstanceDisallowRootAccess: ResourceRule;
/** The volume of a notebook instance must be encrypted with a customer managed key. */
export declare const sagemakerNotebookInstanceRequireEncryption: ResourceRule;
/** A notebook instance must not offer version 1 of the instance metadata service. */
export declare const sagemakerNotebookInstanceRequireMetadataTokens: ResourceRule;
/** Models and jobs must not carry secrets in their containers' environments or hyperparameters. */
export declare const sagemakerWorkloadDisallowSecrets: ResourceRule;
/** Monitoring and tuning jobs must be cut off from the network, and encrypt what their containers tell each other. */
export declare const sagemakerWorkloadEnableIsolation: ResourceRule;
/** The volumes of training, tuning, validation and monitoring jobs and of the steps of a pipeline must be encrypted with a customer managed key, where they take one. */
export declare const sagemakerWorkloadRequireEncryption: ResourceRule;
/** Where the config asks for it, models and training, tuning and quality jobs must run in subnets and security groups of a network of yours. */
export declare const sagemakerWorkloadRequireNetwork: ResourceRule;
/** Tuning and monitoring jobs and the steps of a pipeline must not run on more than the approved number of instances. */
export declare const sagemakerWorkloadRestrictInstanceCounts: ResourceRule;
/** Reports of monitoring jobs, models of tuning jobs, labels, features, what algorithms, pipelines, devices, reviewers and MLflow write and what Studio and Canvas share must go to a bucket of the stack, or to a listed one. */
export declare const sagemakerWorkloadRestrictDestinations: StackRule;
/** Notebooks, apps, tuning, validation and monitoring jobs, the rules of a debugger and the steps of a pipeline must use approved instance types. */
export declare const sagemakerWorkloadRestrictInstanceTypes: ResourceRule;
/** Every bucket must have a public access block with all four switches on. */
export declare const s3BucketRequirePublicAccessBlock: StackRule;
/** Every access point, and a public access block of an account, must have all four switches on. */
export declare const s3AccessPointRequirePublicAccessBlock: ResourceRule;
/** No bucket or object may be opened to the public, to every AWS account, or to somebody who is known by a canonical id or an address only, by an ACL. */
export declare const s3BucketDisallowPublicAcl: ResourceRule;
/** A bucket must own all of its objects, and give access by policies, not by access control lists. */
export declare const s3BucketRestrictOwnership: ResourceRule;
/** Every bucket, those of tables and vectors included, must encrypt by default with a key of the Key Management Service. */
export declare const s3BucketRequireEncryption: StackRule;
/** Every bucket must have a policy that denies everything to requests without TLS. */
export declare const s3BucketRequireTls: StackRule;
/** Every bucket must keep the versions of its objects. */
export declare const s3BucketRequireVersioning: StackRule;
/** In production a bucket must be protected from deletion, and not give up its objects either. */
export declare const s3BucketRequireProtection: ResourceRule;
/** Replicas, inventories and analyses of a bucket must go to a bucket of the stack, or to a listed one. */
export declare const s3BucketRestrictDestinations: StackRule;
/** No bucket may serve its objects as a website: S3 does so without TLS. */
export declare const s3BucketDisallowWebsite: ResourceRule;
/** No bucket may share its objects with pages of every origin. */
export declare const s3BucketRestrictOrigins: ResourceRule;
/** No object may be stored by an algorithm that a bucket may not use. */
export declare const s3ObjectRequireEncryption: ResourceRule;
/** No policy may allow all actions of all services, nor all but those it names. */
export declare const iamPolicyDisallowAllActions: ResourceRule;
/** No policy may allow actions by a wildcard: `s3:*` also allows what comes next year. */
export declare const iamPolicyDisallowWildcardActions: ResourceRule;
/** No policy may allow actions on every resource, unless they know no resources, or a condition names a tag of those that are meant; nor the use of every endpoint, function, key, secret, parameter, table, stream or state machine of an account, unless a condition names a tag, an alias or the like. */
export declare const iamPolicyDisallowAllResources: ResourceRule;
/** No managed policy that gives full access to a service or an account may be attached. */
export declare const iamAttachmentDisallowFullAccess: ResourceRule;
/** No document on a bucket, key, topic, queue, bus, role, secret, repository, group of models or the like may allow something to every principal, nor may an image of machines, a snapshot of a database or a service of a network be shared with all. */
export declare const iamDocumentDisallowPublicPrincipal: ResourceRule;
/** A role that a service may assume must say, by a condition, on whose behalf the service acts. */
export declare const iamRoleRequireTrustConditions: ResourceRule;
/** A role that an OpenID Connect provider may assume must say for which subjects, by a condition. */
export declare const iamRoleRestrictFederation: ResourceRule;
/** A grant of `iam:PassRole` must name the roles that may be passed on, or the services. */
export declare const iamPolicyRestrictPassRole: ResourceRule;
/** No policy may allow to change, or to become, any role, user, group or policy of the account. */
export declare const iamPolicyDisallowEscalation: ResourceRule;
/** No document, permission or grant may be for another account, and no key, role, target or copy be another account's, unless it is listed. */
export declare const iamDocumentRestrictAccounts: StackRule;
/** A document by which a service may use a bucket, topic or queue must say on whose behalf. */
export declare const iamDocumentRequireSourceConditions: ResourceRule;
/** No access key, password or credential of a user may be made by a stack. */
export declare const iamUserDisallowAccessKeys: ResourceRule;
/** No policy may be attached to a user, nor be written into a user or a group. */
export declare const iamUserDisallowPolicies: ResourceRule;
/** A Lambda function must use a runtime that still gets security patches. */
export declare const lambdaFunctionRequireCurrentRuntime: ResourceRule;
/** A Lambda function must not carry secrets in its environment variables. */
export declare const lambdaFunctionDisallowSecretsInEnvironment: ResourceRule;
/** Every Lambda function must write to a log group of its stack. */
export declare const lambdaFunctionRequireLogGroup: StackRule;
/** A Lambda function must not be given more time than the approved maximum. */
export declare const lambdaFunctionRestrictTimeout: ResourceRule;
/** A Lambda function must record traces of its invocations. */
export declare const lambdaFunctionEnableTracing: ResourceRule;
/** No permission or URL of a function may let everyone call it, but for pages that are listed, nor a service on anyone's behalf; no layer may be open to everyone. */
export declare const lambdaPermissionDisallowPublicInvocation: ResourceRule;
/** No state machine, schedule, pipeline or gateway may call what makes endpoints, or makes or changes other resources of SageMaker's, templates, rights, buckets or functions; no state machine may send what it holds to an address on the internet. */
export declare const sfnStateMachineDisallowSdkCalls: ResourceRule;
/** Objects that a state machine stores, and what its maps read and write, must be in a bucket of the stack, or in a listed one. */
export declare const sfnStateMachineRestrictDestinations: StackRule;
/** Every task of a state machine, or a state around it, must be retried for some error. */
export declare const sfnStateMachineRequireRetry: ResourceRule;
/** Every task of a state machine, or a state around it, must catch all errors. */
export declare const sfnStateMachineRequireCatch: ResourceRule;
/** A state machine must log the events of its executions. */
export declare const sfnStateMachineEnableLogging: ResourceRule;
/** A state machine must record traces of its executions. */
export declare const sfnStateMachineEnableTracing: ResourceRule;
/** A log group must say for how long it keeps its logs, within the approved maximum. */
export declare const cloudwatchLogGroupRequireRetention: ResourceRule;
/** A key that encrypts must get new material every year. */
export declare const kmsKeyEnableRotation: ResourceRule;
/** In production a key must be protected: without it, what it encrypts is lost for good. */
export declare const kmsKeyRequireProtection: ResourceRule;
/** Every topic, apart from those that only alarms are sent to, must encrypt its messages. */
export declare const snsTopicRequireEncryption: StackRule;
/** No queue may have its encryption switched off. */
export declare const sqsQueueRequireEncryption: ResourceRule;
/** No repository may be in the public registry, from which everybody can pull. */
export declare const ecrRepositoryDisallowPublic: ResourceRule;
/** No tag of a repository may be moved to another image. */
export declare const ecrRepositoryRequireImmutableTags: ResourceRule;
/** Every image must be scanned when it is pushed, or all the time. */
export declare const ecrRepositoryRequireScanning: StackRule;
/** No resource, and no provider of resources, may be in a region not approved. */
export declare const awsResourceRestrictRegions: ResourceRule;
/** No resource may be of a type whose content policies cannot judge: another provider of AWS, a template, or code of its own. */
export declare const awsResourceRestrictTypes: ResourceRule;
/** No command, document, build, container or start-up script may call what makes or changes SageMaker's resources, templates, rights, buckets or functions. */
export declare const awsResourceDisallowSdkCalls: ResourceRule;
/** No start-up script, definition, container, command, object or plain parameter may carry a secret. */
export declare const awsResourceDisallowSecrets: ResourceRule;
/** Every resource that can be tagged must have the required tags. */
export declare const awsResourceRequireTags: ResourceRule;
