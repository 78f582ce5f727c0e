/** Tells secrets from settings, by what they are called and by what they look like. */
import { Property } from "./property";

/** Words for what is a secret wherever they stand: `DB_PASSWORD_PROD`, `API_KEY_OPENAI`. */
const STRONG =
  /(^|_)(secret|password|passwd|passphrase|passcode|pwd|connection_string|conn_str|connstr|(secret|api|private|signing|encryption|account|shared|master)_?key|access_key(_id)?|personal_access_token|service_role_key)(?=_|\d|$)/;

/** Words for what is one at the end of a name, or before a word of {@link QUALIFIERS}. */
const WEAK =
  /(^|_)(pass|passwords|secrets|token|tokens|pat|auth|authorization|credentials?|creds|(auth|access|deploy|ssh|hmac|license)_?key)$/;

/** The same words run together, as in `pgpassword` and `apitoken`. */
const TOGETHER =
  /([a-z](password|passwd|passphrase|secret|token|apikey|secretkey|accesskey|privatekey)|^(db|sql|pg|mysql|mongo|redis|smtp|ftp|admin|root|user)pass)$/;

/** What says which secret it is, and not that it is none. */
const QUALIFIERS =
  /_(\d+|v\d+|value|values|plain|plaintext|plain_text|text|raw|decoded|encoded|base64|b64|prod|production|live|dev|test|staging|stage|old|new|current|previous|primary|secondary|default|string)$/;

/** A last word that says where or what kind a secret is: `TOKEN_URL`, `PASSWORD_MIN_LENGTH`. */
const ABOUT =
  /_(arns?|ids?|name|names|path|paths|file|files|dir|directory|url|urls|uri|uris|endpoint|host|port|length|size|limit|limits|count|max|min|ttl|age|expiry|expires|expiration|expiration_date|timeout|millis|ms|seconds|minutes|hours|days|rotation|policy|pattern|regex|type|types|mode|version|version_stage|stage|enabled|disabled|required|header|field|column|prefix|suffix|param|parameter|parameters|provider|source|store|manager|algorithm|alg|issuer|audience|scope|scopes|region|service|level|connections|attempts|retries|ref|reference|alias|usage|vocabulary|strategy)$/;

/** Tokens of a language, and numbers of them, are none: `EOS_TOKEN`, `MAX_TOKENS`. */
const OF_LANGUAGE =
  /(^|_)((eos|bos|pad|unk|sep|cls|mask|stop|start|end|special|image|audio|video|decoder|forced|begin|additional|num|max|min|max_new|min_new|total|input|output|prompt|completion|batch|prefill|per|stop_sequence|think)_)+tokens?$/;

/** What is no secret whatever it is called: nothing, a switch, and where a secret is kept. */
const HARMLESS = [
  /^\s*$/,
  /^(true|false|yes|no|on|off|none|null|nil|undefined|enabled|disabled|optional|required)$/i,
  /^arn:[^:]+:[^:]+:/,
  // References that something resolves when it starts.
  /^\{\{resolve:[^}]+\}\}$/,
  /^\$\{[^}]+\}$/,
  // What an execution takes from its input, in either language of its definition.
  /^\$\$?(\.|\[)/,
  /^\{%.*%\}$/s,
  /^(ssm|secretsmanager|vault|op|file|s3|alias)(:\/\/|:|\/)[\w./:@+=-]+$/,
];

/** Paths of files, and names of parameters and secrets; an access key may look like one, too. */
const PATHS = [
  /^\.{0,2}(\/(?=[\w.-]*[a-z])[\w.-]{1,64}){2,}\/?$/,
  /^[a-z][a-z0-9._-]{1,32}(\/[a-z][a-z0-9._-]{1,32})+$/,
];
const ACCESS_KEY = /^[A-Za-z0-9/+]{40}$/;

/** Ways to sign in, which `AUTH` may name. */
const WAYS =
  /^(aws_)?(iam|basic|bearer|digest|oauth2?|jwt|token|cognito|api_?key|password|ldap|kerberos|saml|oidc|mtls|sigv4|custom|anonymous|sso)$/i;

/** What tokens and keys look like, whatever they are called. Sources: what their issuers publish. */
const FORMS: readonly RegExp[] = [
  // Access key identifiers ("Unique identifiers", IAM User Guide).
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  /\bAGE-SECRET-KEY-1[A-Z0-9]{20}/,
  // GitHub, GitLab, Bitbucket and Atlassian.
  /\bgh[pousr]_[A-Za-z0-9]{36}/,
  /\bgithub_pat_\w{22}/,
  /\bgl(pat|dt|rt|ptt|soat|cbt)-[\w-]{20}/,
  /\bATATT3[\w=-]{20}/,
  // Slack, its hooks, Discord's and Telegram's.
  /\bxox[abeoprs]-[A-Za-z0-9-]{10}/,
  /\bxapp-\d-[A-Z0-9-]{10}/,
  /\bhooks\.slack\.com\/(services|workflows)\/\w+/,
  /\bdiscord(app)?\.com\/api\/webhooks\/\d+/,
  /\b\d{8,10}:AA[\w-]{33}/,
  // Stripe, Google, Twilio, SendGrid and Shopify.
  /\b[rs]k_(live|test)_[A-Za-z0-9]{16}/,
  /\bwhsec_[A-Za-z0-9+/]{24}/,
  /\bAIza[\w-]{35}/,
  /\bGOCSPX-[\w-]{28}/,
  /\bya29\.[\w-]{20}/,
  /\bSK[0-9a-f]{32}\b/,
  /\bSG\.[\w-]{22}\.[\w-]{43}/,
  /\bshp(at|ca|pa|ss)_[0-9a-fA-F]{32}/,
  // Services of models: OpenAI, Anthropic, Hugging Face, Groq, Replicate, LangSmith.
  /\bsk-(proj|svcacct|admin|ant|or|lf)-[\w-]{16}/,
  /\bsk-[A-Za-z0-9]{32}/,
  /\bhf_[A-Za-z0-9]{30}/,
  /\bapi_org_[A-Za-z0-9]{30}/,
  /\bgsk_[A-Za-z0-9]{40}/,
  /\br8_[A-Za-z0-9]{37}/,
  /\blsv2_(pt|sk)_[0-9a-f]{32}/,
  // Packages, clouds and tools.
  /\bnpm_[A-Za-z0-9]{36}/,
  /\bpypi-AgE[\w-]{20}/,
  /\bdckr_pat_[\w-]{20}/,
  /\bdapi[0-9a-f]{32}/,
  /\bdo[opr]_v1_[0-9a-f]{64}/,
  /\bhv[sb]\.[\w-]{24}/,
  /\bpul-[0-9a-f]{40}/,
  /\b\w{14}\.atlasv1\.[\w-]{40}/,
  /\bgl(sa|c)_[\w=]{30}/,
  /\bNRAK-[A-Z0-9]{27}/,
  // Signed JSON web tokens, and what goes into the header of a request.
  /\beyJ[\w-]{10,1000}\.eyJ[\w-]{10,1000}\./,
  /^(Bearer|Token)\s+[\w.~+/-]{16,}=*\s*$/i,
  /^Basic\s+[A-Za-z0-9+/]{8,}=*\s*$/,
  // A URL with a password in it, or a signature; what stands for a value is none.
  /\b[a-z][a-z0-9+.-]{0,30}:\/\/[^/\s:@]*:(?!\$\{|\{\{|<)[^/\s@]+@/i,
  /[?&](X-Amz-Signature|sig|access_token)=[\w%-]{16}/i,
  // One of several settings: `Server=db;Password=...`, `{"apiKey": "..."}`, `--token=...`. What a
  // script takes from elsewhere is none: `PASSWORD=$(...)`, `token = os.environ[...]`.
  /((?<![\w])token|password|passwd|pwd|secret|api_?-?key|account_?key|access_?-?key|access_?-?token)["']?(\s*=\s*|\s*:\s*["']|:\s+)["']?(?!arn:|\$|\{\{|<|\/|true|false|null|None|[\w.]{1,64}[([])[^\s"';&,}]{4}/i,
];

/**
 * Whether a named value is a secret, or holds one: in a map or list, in the text of one, or encoded.
 */
export function isSecret(name: string, value: Property): boolean {
  const parts = value.json();
  // What is in the text of a map or list is looked at by its parts.
  const isWhole = name !== "" || !parts.isContainer;
  return (
    (isWhole && (isPlainSecret(name, value) || setsSecret(value))) ||
    namedParts(parts).some(([each, part]) => isSecret(each, part)) ||
    parts.items().some((each) => isSecret("", each)) ||
    decoded(value).some((text) => isSecret("", text))
  );
}

/** The entries of a map, and what `{ "name": ..., "value": ... }` stands for. */
function namedParts(parts: Property): [string, Property][] {
  const entries = parts.isMap ? parts.entries() : [];
  const name = entries.find(([key]) => key.toLowerCase() === "name")?.[1].text ?? "";
  return entries.map(([key, part]) => [
    name !== "" && key.toLowerCase() === "value" ? name : key,
    part,
  ]);
}

/**
 * What a script sets: `API_TOKEN=...`, exported, or given to a container. What it takes from elsewhere,
 * from a variable or a call, is not looked at.
 */
const ASSIGNMENT =
  /(?:^|[\s;&|("'])([A-Z][A-Z0-9_]{2,63})=["']?(?![$`<{%]|[\w.]{1,64}[([])([^\s"'`;&|)]{4,256})/g;

function setsSecret({ text = "" }: Property): boolean {
  return [...text.matchAll(ASSIGNMENT)].some(([, name = "", value = ""]) =>
    isPlainSecret(name, Property.of({ value }).at("value")),
  );
}

const BASE64 = /^[A-Za-z0-9+/_-]{16,}={0,2}$/;
/** Whatever else a text of that form may stand for is not readable. */
const READABLE = /^[\t\n\r -~]+$/;

/** The text that is in one of the form of base64. */
function decoded(value: Property): readonly Property[] {
  const written = value.text?.replace(/\s+/g, "") ?? "";
  const text = BASE64.test(written) ? Buffer.from(written, "base64").toString("latin1") : "";
  return READABLE.test(text) ? [Property.of({ text }).at("text")] : [];
}

/**
 * Whether a named value is a secret by itself, or would be one. A name is enough as long as the
 * value is unknown: it would still be stored as plain text. Only of what is called a secret as such
 * the value has to be known, as it may be the ARN of one.
 */
function isPlainSecret(name: string, value: Property): boolean {
  if (value.isAbsent || value.isContainer) {
    return false;
  }
  if (FORMS.some((form) => value.matches(form))) {
    return true;
  }
  const called = snakeCase(name);
  if (!isCalledSecret(called)) {
    return false;
  }
  if (value.isUnknown) {
    return !/(^|_)(secrets?|auth)$/.test(called);
  }
  return !value.is((given) => isHarmless(called, String(given)));
}

function isCalledSecret(name: string): boolean {
  if (ABOUT.test(name) && !/access_key_id$/.test(name)) {
    return false;
  }
  const plain = name.replace(QUALIFIERS, "").replace(/(_|(?<!\d))\d+$/, "");
  const isAny = STRONG.test(name) || WEAK.test(plain) || TOGETHER.test(plain);
  return isAny && !OF_LANGUAGE.test(plain) && !/(^|_)public_/.test(name);
}

function isHarmless(name: string, value: string): boolean {
  return (
    HARMLESS.some((form) => form.test(value)) ||
    (PATHS.some((form) => form.test(value)) && !ACCESS_KEY.test(value)) ||
    // A place in the web; with a password in it, it has the look of a secret.
    /^https?:\/\/\S+$/i.test(value) ||
    (/auth$/.test(name) && WAYS.test(value)) ||
    // A number of them, or the token that a text ends with.
    (/tokens?$/.test(name) && /^(\d{1,7}|<[^<>]*>|\[[A-Z0-9_]+\])$/.test(value))
  );
}

/** `dbPassword`, `DB-PASSWORD`, `db.password` and `DBPassword` to `db_password`. */
function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toLowerCase();
}
