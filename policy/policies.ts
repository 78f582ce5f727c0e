import { enableCapture } from "./sagemaker/endpointConfiguration/enableCapture";
import { requireCapturePrefix } from "./sagemaker/endpointConfiguration/requireCapturePrefix";
import { requireFullSampling } from "./sagemaker/endpointConfiguration/requireFullSampling";
import { requireInputAndOutput } from "./sagemaker/endpointConfiguration/requireInputAndOutput";
import { restrictInstanceTypes } from "./sagemaker/endpointConfiguration/restrictInstanceTypes";
import { requireCapturedEndpoint } from "./sagemaker/stack/requireCapturedEndpoint";
import type { ResourceRule, StackRule } from "./support/rule";

/** Everything the pack enforces. Apart from `index.ts`, which starts a server when it is loaded. */
export const policies: readonly (ResourceRule | StackRule)[] = [
  enableCapture,
  requireFullSampling,
  requireInputAndOutput,
  requireCapturePrefix,
  restrictInstanceTypes,
  requireCapturedEndpoint,
];
