import { disallowFullAccess } from "./iam/attachment/disallowFullAccess";
import { disallowAllActions } from "./iam/policy/disallowAllActions";
import { disallowSecretsInEnvironment } from "./lambda/function/disallowSecretsInEnvironment";
import { requireCurrentRuntime } from "./lambda/function/requireCurrentRuntime";
import { disallowPublicAcl } from "./s3/bucket/disallowPublicAcl";
import { disallowFixedName } from "./sagemaker/endpointConfiguration/disallowFixedName";
import { enableCapture } from "./sagemaker/endpointConfiguration/enableCapture";
import { requireCapturePrefix } from "./sagemaker/endpointConfiguration/requireCapturePrefix";
import { requireFullSampling } from "./sagemaker/endpointConfiguration/requireFullSampling";
import { requireInputAndOutput } from "./sagemaker/endpointConfiguration/requireInputAndOutput";
import { restrictInstanceTypes as restrictEndpointTypes } from "./sagemaker/endpointConfiguration/restrictInstanceTypes";
import { requireCapturedEndpoint } from "./sagemaker/stack/requireCapturedEndpoint";
import { requireMaxRuntime } from "./sagemaker/trainingJob/requireMaxRuntime";
import { restrictInstanceTypes as restrictTrainingTypes } from "./sagemaker/trainingJob/restrictInstanceTypes";
import type { ResourceRule, StackRule } from "./support/rule";

/** Everything the pack enforces. Apart from `index.ts`, which starts a server when it is loaded. */
export const policies: readonly (ResourceRule | StackRule)[] = [
  enableCapture,
  requireFullSampling,
  requireInputAndOutput,
  requireCapturePrefix,
  restrictEndpointTypes,
  disallowFixedName,
  requireCapturedEndpoint,
  restrictTrainingTypes,
  requireMaxRuntime,
  disallowPublicAcl,
  disallowAllActions,
  disallowFullAccess,
  requireCurrentRuntime,
  disallowSecretsInEnvironment,
];
