/** Serving Pulumi's plugin protocols on the loopback interface. */
import {
  Server,
  ServerCredentials,
  status,
  type handleUnaryCall,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";

/** A plugin's server; the engine learns its port from a line that the plugin prints. */
export interface PluginServer {
  readonly port: number;
  /** Ends the server and every call that is still open. */
  stop(): void;
}

/**
 * Serves a plugin on a free port of the loopback interface. Methods that it lacks are answered
 * UNIMPLEMENTED, which is what the engine expects of a plugin that does not know them.
 */
export async function servePlugin(
  service: ServiceDefinition,
  methods: UntypedServiceImplementation,
): Promise<PluginServer> {
  // Resources are sent whole, with the code of a function in them.
  const server = new Server({ "grpc.max_receive_message_length": -1 });
  server.addService(service, methods);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) {
        resolve(bound);
      } else {
        reject(error);
      }
    });
  });
  return { port, stop: () => server.forceShutdown() };
}

/** A method of one request and one answer; what it throws reaches the engine as a message. */
export function unary<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const answering = async () => answer(call.request);
    answering().then(
      (response) => callback(null, response),
      (error: unknown) => {
        const details = error instanceof Error ? error.message : String(error);
        callback({ code: status.UNKNOWN, details });
      },
    );
  };
}
