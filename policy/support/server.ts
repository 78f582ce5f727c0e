import { createRequire } from "node:module";
import type {
  AnalyzeRequest,
  AnalyzeResponse,
  AnalyzeStackRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { stackAnswer, ResourceAnswers, type Answer, type Rules } from "./answers";

type Handler<Request> = (
  call: { readonly request: Request },
  done: (error: Error | null, response?: AnalyzeResponse) => void,
) => void;

type MakeHandler<Request> = (
  ...pack: [name: string, version: string, level: string, rules: Rules]
) => Handler<Request>;

/** The SDK's server, which its types leave out (`server.js` of 1.21). */
interface SdkServer {
  serve: (
    name: string,
    version: string,
    level: string,
    pack: { readonly policies: Rules },
    initialConfig: unknown,
  ) => void;
  readonly makeAnalyzeRpcFun: MakeHandler<AnalyzeRequest>;
  readonly makeAnalyzeStackRpcFun: MakeHandler<AnalyzeStackRequest>;
}

/** The server below it, as the SDK starts it. */
interface Grpc {
  readonly Server: {
    readonly prototype: { addService: (service: object, handlers: Handlers) => void };
  };
}
interface Handlers {
  readonly analyze: Handler<AnalyzeRequest>;
  readonly analyzeStack: Handler<AnalyzeStackRequest>;
  readonly configure: (...call: unknown[]) => void;
}

/** By how many parameters the SDK's functions are known to be these. */
const PARAMETERS = { serve: 5, makeAnalyzeRpcFun: 4, makeAnalyzeStackRpcFun: 4 };

const fromSdk = createRequire(createRequire(__filename).resolve("@pulumi/policy"));

/**
 * Makes the pack that is started next in this process do once what the SDK does for each policy: it
 * asks every one about every resource, though most are about few types, and makes all resources of a
 * stack anew for each. Who is asked still answers by the SDK's own functions. An SDK in which those
 * are not as expected is left to its own way, which says the same and takes longer.
 */
export function askOnce(): void {
  const sdk = fromSdk("./server") as SdkServer;
  const { Server } = fromSdk("@grpc/grpc-js") as Grpc;
  if (!isKnown(sdk)) {
    return;
  }
  const { serve, makeAnalyzeRpcFun, makeAnalyzeStackRpcFun } = sdk;
  sdk.serve = (name, version, level, pack, initialConfig) => {
    const rules = pack.policies;
    const onResource = new ResourceAnswers(rules, (some) =>
      answerOf(makeAnalyzeRpcFun(name, version, level, some)),
    );
    const onStack = stackAnswer(rules, (some) =>
      answerOf(makeAnalyzeStackRpcFun(name, version, level, some)),
    );
    const { addService } = Server.prototype;
    Server.prototype.addService = function (service, handlers) {
      addService.call(this, service, {
        ...handlers,
        analyze: handlerOf(onResource.answer),
        analyzeStack: handlerOf(onStack),
        configure: (...call: unknown[]) => {
          onResource.forget();
          handlers.configure(...call);
        },
      });
    };
    try {
      serve(name, version, level, pack, initialConfig);
    } finally {
      Server.prototype.addService = addService;
    }
  };
}

function isKnown(sdk: object): boolean {
  const functions = new Map(Object.entries(sdk));
  return Object.entries(PARAMETERS).every(([name, count]) => {
    const known: unknown = functions.get(name);
    return typeof known === "function" && known.length === count;
  });
}

function answerOf<Request>(handler: Handler<Request>): Answer<Request> {
  return (request) =>
    new Promise((resolve, reject) => {
      handler({ request }, (error, response) => (response ? resolve(response) : reject(error)));
    });
}

function handlerOf<Request>(answer: Answer<Request>): Handler<Request> {
  return ({ request }, done) => {
    answer(request).then(
      (response) => done(null, response),
      (error: Error) => done(error),
    );
  };
}
