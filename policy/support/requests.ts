import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";

/**
 * Makes the pack that is started next in this process decode the properties of a resource once. The
 * SDK does it anew for each policy that may be about it (`makeAnalyzeRpcFun` and
 * `makeAnalyzeStackRpcFun` in its `server.js`), which is most of the time that an analysis takes;
 * it copies what it gets, so that no policy is given what another one holds.
 */
export function decodeOnce(): void {
  const { analyze, analyzeStack } = AnalyzerService;
  const [decode, decodeStack] = [analyze.requestDeserialize, analyzeStack.requestDeserialize];
  analyze.requestDeserialize = (bytes) => {
    const request = decode(bytes);
    remember(request.getProperties());
    return request;
  };
  analyzeStack.requestDeserialize = (bytes) => {
    const request = decodeStack(bytes);
    for (const resource of request.getResourcesList()) {
      remember(resource.getProperties());
    }
    return request;
  };
}

/** The message gives the same object each time it is asked. */
function remember(properties: Struct | undefined): void {
  if (properties !== undefined) {
    const decode = properties.toJavaScript.bind(properties);
    let decoded: ReturnType<typeof decode> | undefined;
    properties.toJavaScript = () => (decoded ??= decode());
  }
}
