import { disallowSdkCalls as disallowScriptedCalls } from "./aws/resource/disallowSdkCalls";
import { disallowSecrets as disallowSecretsAnywhere } from "./aws/resource/disallowSecrets";
import { requireTags } from "./aws/resource/requireTags";
import { restrictRegions } from "./aws/resource/restrictRegions";
import { restrictTypes } from "./aws/resource/restrictTypes";
import { requireRetention } from "./cloudwatch/logGroup/requireRetention";
import { disallowPublic as disallowPublicImages } from "./ecr/repository/disallowPublic";
import { requireImmutableTags } from "./ecr/repository/requireImmutableTags";
import { requireScanning } from "./ecr/repository/requireScanning";
import { disallowFullAccess } from "./iam/attachment/disallowFullAccess";
import { disallowPublicPrincipal } from "./iam/document/disallowPublicPrincipal";
import { requireSourceConditions } from "./iam/document/requireSourceConditions";
import { restrictAccounts } from "./iam/document/restrictAccounts";
import { disallowAllActions } from "./iam/policy/disallowAllActions";
import { disallowAllResources } from "./iam/policy/disallowAllResources";
import { disallowEscalation } from "./iam/policy/disallowEscalation";
import { disallowWildcardActions } from "./iam/policy/disallowWildcardActions";
import { restrictPassRole } from "./iam/policy/restrictPassRole";
import { requireTrustConditions } from "./iam/role/requireTrustConditions";
import { restrictFederation } from "./iam/role/restrictFederation";
import { disallowAccessKeys } from "./iam/user/disallowAccessKeys";
import { disallowPolicies } from "./iam/user/disallowPolicies";
import { enableRotation } from "./kms/key/enableRotation";
import { requireProtection as requireKeyProtection } from "./kms/key/requireProtection";
import { disallowSecretsInEnvironment } from "./lambda/function/disallowSecretsInEnvironment";
import { enableTracing as enableFunctionTracing } from "./lambda/function/enableTracing";
import { requireCurrentRuntime } from "./lambda/function/requireCurrentRuntime";
import { requireLogGroup } from "./lambda/function/requireLogGroup";
import { restrictTimeout } from "./lambda/function/restrictTimeout";
import { disallowPublicInvocation } from "./lambda/permission/disallowPublicInvocation";
import { requirePublicAccessBlock as requireAccessPointBlock } from "./s3/accessPoint/requirePublicAccessBlock";
import { disallowPublicAcl } from "./s3/bucket/disallowPublicAcl";
import { disallowWebsite } from "./s3/bucket/disallowWebsite";
import { requireEncryption as requireBucketEncryption } from "./s3/bucket/requireEncryption";
import { requireProtection as requireBucketProtection } from "./s3/bucket/requireProtection";
import { requirePublicAccessBlock } from "./s3/bucket/requirePublicAccessBlock";
import { requireTls } from "./s3/bucket/requireTls";
import { requireVersioning } from "./s3/bucket/requireVersioning";
import { restrictDestinations as restrictBucketDestinations } from "./s3/bucket/restrictDestinations";
import { restrictOrigins } from "./s3/bucket/restrictOrigins";
import { restrictOwnership } from "./s3/bucket/restrictOwnership";
import { requireEncryption as requireObjectEncryption } from "./s3/object/requireEncryption";
import { requireRetention as requireCaptureRetention } from "./sagemaker/capture/requireRetention";
import { requireEncryption as requireDomainEncryption } from "./sagemaker/domain/requireEncryption";
import { restrictNetwork } from "./sagemaker/domain/restrictNetwork";
import { requireRollbackAlarms } from "./sagemaker/endpoint/requireRollbackAlarms";
import { disallowFixedName } from "./sagemaker/endpointConfiguration/disallowFixedName";
import { disallowServerless } from "./sagemaker/endpointConfiguration/disallowServerless";
import { disallowShellAccess as disallowEndpointShell } from "./sagemaker/endpointConfiguration/disallowShellAccess";
import { enableCapture } from "./sagemaker/endpointConfiguration/enableCapture";
import { requireCapturePrefix } from "./sagemaker/endpointConfiguration/requireCapturePrefix";
import { requireEncryptedCapture } from "./sagemaker/endpointConfiguration/requireEncryptedCapture";
import { requireEncryption as requireEndpointEncryption } from "./sagemaker/endpointConfiguration/requireEncryption";
import { requireFullSampling } from "./sagemaker/endpointConfiguration/requireFullSampling";
import { requireInputAndOutput } from "./sagemaker/endpointConfiguration/requireInputAndOutput";
import { restrictDestinations as restrictEndpointDestinations } from "./sagemaker/endpointConfiguration/restrictDestinations";
import { restrictInstanceCounts } from "./sagemaker/endpointConfiguration/restrictInstanceCounts";
import { restrictInstanceTypes as restrictEndpointTypes } from "./sagemaker/endpointConfiguration/restrictInstanceTypes";
import { requireEncryption as requireFeatureEncryption } from "./sagemaker/featureGroup/requireEncryption";
import { enableNetworkIsolation } from "./sagemaker/model/enableNetworkIsolation";
import { disallowInternet } from "./sagemaker/notebookInstance/disallowInternet";
import { disallowRootAccess } from "./sagemaker/notebookInstance/disallowRootAccess";
import { requireEncryption as requireNotebookEncryption } from "./sagemaker/notebookInstance/requireEncryption";
import { requireMetadataTokens } from "./sagemaker/notebookInstance/requireMetadataTokens";
import { requireCapturedEndpoint } from "./sagemaker/stack/requireCapturedEndpoint";
import { disallowShellAccess as disallowTrainingShell } from "./sagemaker/trainingJob/disallowShellAccess";
import { requireEncryptedOutput } from "./sagemaker/trainingJob/requireEncryptedOutput";
import { requireMaxRuntime } from "./sagemaker/trainingJob/requireMaxRuntime";
import { restrictDestinations as restrictTrainingDestinations } from "./sagemaker/trainingJob/restrictDestinations";
import { restrictInstanceCounts as restrictTrainingCounts } from "./sagemaker/trainingJob/restrictInstanceCounts";
import { restrictInstanceTypes as restrictTrainingTypes } from "./sagemaker/trainingJob/restrictInstanceTypes";
import { disallowSecrets } from "./sagemaker/workload/disallowSecrets";
import { enableIsolation } from "./sagemaker/workload/enableIsolation";
import { requireEncryption as requireWorkloadEncryption } from "./sagemaker/workload/requireEncryption";
import { requireNetwork } from "./sagemaker/workload/requireNetwork";
import { restrictDestinations as restrictWorkloadDestinations } from "./sagemaker/workload/restrictDestinations";
import { restrictInstanceCounts as restrictWorkloadCounts } from "./sagemaker/workload/restrictInstanceCounts";
import { restrictInstanceTypes as restrictWorkloadTypes } from "./sagemaker/workload/restrictInstanceTypes";
import { disallowSdkCalls } from "./sfn/stateMachine/disallowSdkCalls";
import { enableLogging } from "./sfn/stateMachine/enableLogging";
import { enableTracing as enableExecutionTracing } from "./sfn/stateMachine/enableTracing";
import { requireCatch } from "./sfn/stateMachine/requireCatch";
import { requireRetry } from "./sfn/stateMachine/requireRetry";
import { restrictDestinations as restrictExecutionDestinations } from "./sfn/stateMachine/restrictDestinations";
import { requireEncryption as requireTopicEncryption } from "./sns/topic/requireEncryption";
import { requireEncryption as requireQueueEncryption } from "./sqs/queue/requireEncryption";
import { withExceptions } from "./support/exceptions";
import type { ResourceRule, StackRule } from "./support/rule";

const rules: readonly (ResourceRule | StackRule)[] = [
  enableCapture,
  requireFullSampling,
  requireInputAndOutput,
  requireCapturePrefix,
  requireEncryptedCapture,
  requireEndpointEncryption,
  restrictEndpointTypes,
  restrictInstanceCounts,
  disallowFixedName,
  disallowServerless,
  disallowEndpointShell,
  restrictEndpointDestinations,
  requireRollbackAlarms,
  requireCapturedEndpoint,
  restrictTrainingTypes,
  restrictTrainingCounts,
  enableNetworkIsolation,
  requireMaxRuntime,
  requireEncryptedOutput,
  restrictTrainingDestinations,
  disallowTrainingShell,
  requireCaptureRetention,
  requireDomainEncryption,
  restrictNetwork,
  requireFeatureEncryption,
  disallowInternet,
  disallowRootAccess,
  requireNotebookEncryption,
  requireMetadataTokens,
  disallowSecrets,
  enableIsolation,
  requireWorkloadEncryption,
  requireNetwork,
  restrictWorkloadCounts,
  restrictWorkloadDestinations,
  restrictWorkloadTypes,
  requirePublicAccessBlock,
  requireAccessPointBlock,
  disallowPublicAcl,
  restrictOwnership,
  requireBucketEncryption,
  requireTls,
  requireVersioning,
  requireBucketProtection,
  restrictBucketDestinations,
  disallowWebsite,
  restrictOrigins,
  requireObjectEncryption,
  disallowAllActions,
  disallowWildcardActions,
  disallowAllResources,
  disallowFullAccess,
  disallowPublicPrincipal,
  requireTrustConditions,
  restrictFederation,
  restrictPassRole,
  disallowEscalation,
  restrictAccounts,
  requireSourceConditions,
  disallowAccessKeys,
  disallowPolicies,
  requireCurrentRuntime,
  disallowSecretsInEnvironment,
  requireLogGroup,
  restrictTimeout,
  enableFunctionTracing,
  disallowPublicInvocation,
  disallowSdkCalls,
  restrictExecutionDestinations,
  requireRetry,
  requireCatch,
  enableLogging,
  enableExecutionTracing,
  requireRetention,
  enableRotation,
  requireKeyProtection,
  requireTopicEncryption,
  requireQueueEncryption,
  disallowPublicImages,
  requireImmutableTags,
  requireScanning,
  restrictRegions,
  restrictTypes,
  disallowScriptedCalls,
  disallowSecretsAnywhere,
  requireTags,
];

/** Everything the pack enforces. Apart from `index.ts`, which starts a server when it is loaded. */
export const policies = rules.map((rule) => withExceptions(rule));
