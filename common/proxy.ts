/** The way to other hosts through a proxy, as the usual environment variables name it. */
import { Agent as HttpAgent, type ClientRequest } from "node:http";
import { Agent as HttpsAgent, type AgentOptions } from "node:https";
import { BlockList, isIP } from "node:net";
import { Agent, type AgentConnectOpts } from "agent-base";
import { HttpProxyAgent } from "http-proxy-agent";
import { HttpsProxyAgent } from "https-proxy-agent";
import type { Dispatcher } from "undici";

/**
 * The proxy for a URL by `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, read as Go programs read them
 * (package golang.org/x/net/http/httpproxy), the provider among them: a name in `NO_PROXY` stands
 * for its subdomains too, one with a leading dot for them alone; addresses, ranges (CIDR), ports and
 * `*` count as well. The lower-case spellings are read too, after the others. This machine is never
 * behind a proxy.
 */
export function proxyFor(
  url: string,
  environment: NodeJS.ProcessEnv = process.env,
): string | undefined {
  const { protocol, hostname, port } = new URL(url);
  const proxy = valueOf(environment, protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY");
  const host = hostname.toLowerCase().replace(/^\[(.*)\]$/, "$1");
  const usualPort = protocol === "https:" ? "443" : "80";
  const excepted = (valueOf(environment, "NO_PROXY") ?? "").split(",");
  if (proxy === undefined || isThisMachine(host)) {
    return undefined;
  }
  return excepted.some((entry) => covers(entry.trim().toLowerCase(), host, port || usualPort))
    ? undefined
    : /^[a-z]+:\/\//i.test(proxy)
      ? proxy
      : `http://${proxy}`;
}

/** Whether the environment names any proxy. */
export function isProxied(environment: NodeJS.ProcessEnv = process.env): boolean {
  return ["HTTPS_PROXY", "HTTP_PROXY"].some((name) => valueOf(environment, name) !== undefined);
}

/** Connects each request through the proxy that the environment names for its host, if any. */
export class EnvironmentAgent extends Agent {
  private readonly direct: { readonly http: HttpAgent; readonly https: HttpsAgent };
  private readonly proxied = new Map<string, Agent>();

  /** @param settings of the connections, behind a proxy and without one */
  constructor(
    private readonly settings: AgentOptions,
    private readonly environment: NodeJS.ProcessEnv = process.env,
  ) {
    super(settings);
    this.direct = { http: new HttpAgent(settings), https: new HttpsAgent(settings) };
  }

  override connect(request: ClientRequest, options: AgentConnectOpts): HttpAgent {
    const { secureEndpoint } = options;
    const scheme = secureEndpoint ? "https" : "http";
    const host = String(request.getHeader("host") ?? options.host);
    const proxy = proxyFor(`${scheme}://${host}`, this.environment);
    if (proxy === undefined) {
      return this.direct[scheme];
    }
    const key = `${scheme} ${proxy}`;
    const known = this.proxied.get(key);
    const agent =
      known ??
      (secureEndpoint
        ? new HttpsProxyAgent(proxy, this.settings)
        : new HttpProxyAgent(proxy, this.settings));
    this.proxied.set(key, agent);
    return agent;
  }

  override destroy(): void {
    for (const agent of [...Object.values(this.direct), ...this.proxied.values()]) {
      agent.destroy();
    }
    super.destroy();
  }
}

/**
 * Sends one GET request, through the proxy where the environment names one for its host. Redirects
 * are left to the caller, and the body is as it came, which `fetch` would uncompress.
 */
export async function requestUrl(
  url: string,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  // Loaded here, for it is not small, and many who import this fetch nothing.
  const undici = await import("undici");
  // Its own choice of a proxy is not taken: it would send HTTPS through HTTP_PROXY.
  const dispatcher = new undici.Agent({
    factory: (origin, options) => {
      const proxy = proxyFor(String(origin));
      return proxy === undefined
        ? new undici.Pool(origin, options)
        : new undici.ProxyAgent({ uri: proxy, proxyTunnel: String(origin).startsWith("https:") });
    },
  });
  return undici.request(url, { headers: { ...headers }, signal, dispatcher });
}

/** @param entry of `NO_PROXY`, in lower case */
function covers(entry: string, host: string, port: string): boolean {
  if (entry === "*") {
    return true;
  }
  const [address = "", length] = entry.split("/");
  const family = isIP(address);
  if (family !== 0) {
    const range = new BlockList();
    const kind = family === 6 ? "ipv6" : "ipv4";
    range.addSubnet(address, Number(length ?? (family === 6 ? 128 : 32)), kind);
    return isIP(host) === family && range.check(host, kind);
  }
  const [, name = "", onPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  const bare = name.replace(/^\*?\./, "");
  const isHere = (bare === name && host === bare) || host.endsWith(`.${bare}`);
  return bare !== "" && isHere && (onPort === undefined || onPort === port);
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

function valueOf(environment: NodeJS.ProcessEnv, name: string): string | undefined {
  return environment[name] || environment[name.toLowerCase()] || undefined;
}
