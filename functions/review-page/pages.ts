/** The pages that a reviewer sees. They load nothing from anywhere. */
import { createHash } from "node:crypto";
import { NO_CLASS, type Verdict } from "../../contract/inference";

/** An answer to a browser, in the form that a function URL takes. */
export interface Page {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const STYLE = `
:root{color-scheme:light dark;--ink:#1b1b1b;--paper:#fff;--line:#767676;--accent:#0b57d0}
@media(prefers-color-scheme:dark){:root{--ink:#f2f2f2;--paper:#161616;--line:#949494;--accent:#a8c7fa}}
body{font:1.125rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:48rem;margin:0 auto;padding:1rem}
h1{font-size:1.5rem}
img{display:block;max-width:100%;max-height:60vh;min-width:12rem;min-height:12rem;object-fit:contain;border:1px solid var(--line)}
img.small{image-rendering:pixelated}
.name{overflow-wrap:anywhere}
form{display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:.75rem}
button{font:inherit;color:inherit;background:none;border:1px solid var(--line);border-radius:.5rem;padding:.75rem;text-align:left;cursor:pointer}
button:hover{border-color:var(--accent)}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
kbd{border:1px solid var(--line);border-radius:.25rem;padding:0 .4rem;margin-right:.5rem}
`;

/** A key is as good as a click; one answer is enough. */
const SCRIPT = `
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const button = [...document.querySelectorAll("button")].find((each) => each.dataset.key === event.key);
  if (button) button.click();
});
const form = document.querySelector("form");
let sent = false;
form.addEventListener("submit", (event) => {
  if (sent) event.preventDefault();
  sent = true;
});
window.addEventListener("pageshow", () => { sent = false; });
`;

const hashOf = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": [
    "default-src 'none'",
    "img-src data:",
    `style-src ${hashOf(STYLE)}`,
    `script-src ${hashOf(SCRIPT)}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "x-robots-tag": "noindex",
} as const;

export interface Question {
  readonly link: string;
  readonly verdict: Pick<Verdict, "image" | "scores">;
  /** In label order. */
  readonly classNames: readonly string[];
  /** A PNG; undefined if it cannot be shown. */
  readonly picture: Buffer | undefined;
}

/** The picture, the model's scores, and a button for each answer. */
export function question({ link, verdict, classNames, picture }: Question): Page {
  const { image, scores } = verdict;
  const shown =
    picture === undefined
      ? "<p>The picture is gone, or cannot be read.</p>"
      : `<img alt="The picture to decide on"${isSmall(picture) ? ' class="small"' : ""} ` +
        `src="data:image/png;base64,${picture.toString("base64")}">`;
  const answers = classNames.map((name, index) => {
    const score = scores[name];
    const note = score === undefined ? "" : ` (${(score * 100).toFixed(1)}%)`;
    return button(name, index < 9 ? String(index + 1) : "", `${name}${note}`);
  });
  return page(
    200,
    "What is in the picture?",
    `<h1>What is in the picture?</h1>
${shown}
<p class="name">${escaped(image.key)}</p>
<p id="help">The model was not sure; its probabilities are in brackets. Press a button, or its key.</p>
<form method="post" action="/" aria-describedby="help">
<input type="hidden" name="link" value="${escaped(link)}">
${[...answers, button(NO_CLASS, "0", "None of these")].join("\n")}
</form>
<script>${SCRIPT}</script>`,
  );
}

/** Leads on to another review. */
export function goOn(link: string): Page {
  const location = `/?link=${encodeURIComponent(link)}`;
  return { statusCode: 303, headers: { ...HEADERS, location }, body: "" };
}

export function done(): Page {
  return message(200, "Thank you", "Your answer is kept, and no other picture waits.");
}

/** Whether another one waits could not be seen. */
export function kept(): Page {
  return message(
    200,
    "Thank you",
    "Your answer is kept. The next picture cannot be shown just now: open another link later.",
  );
}

/** Somebody else was faster, or the machine, when time was up. */
export function tooLate(): Page {
  return message(
    409,
    "Decided already",
    "Somebody else has just decided about this picture, or time was up; your answer was not kept.",
  );
}

export function refused(statusCode: 400 | 403 | 404 | 405): Page {
  return message(
    statusCode,
    "Not here",
    "This link is not good for anything, or not any more. A newer message may have another one.",
  );
}

function message(statusCode: number, title: string, text: string): Page {
  return page(statusCode, title, `<h1>${title}</h1>\n<p>${text}</p>`);
}

function page(statusCode: number, title: string, main: string): Page {
  const body = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`;
  return {
    statusCode,
    headers: { ...HEADERS, "content-type": "text/html; charset=utf-8" },
    body,
  };
}

function button(value: string, key: string, text: string): string {
  const shortcut = key === "" ? "" : ` data-key="${key}" aria-keyshortcuts="${key}"`;
  const shown = key === "" ? "" : `<kbd aria-hidden="true">${key}</kbd>`;
  return `<button name="answer" value="${escaped(value)}"${shortcut}>${shown}${escaped(text)}</button>`;
}

/** Whether a PNG is so small that it is better shown by its pixels. */
function isSmall(png: Buffer): boolean {
  return png.readUInt32BE(16) < 96;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text as it may stand between tags and in quotes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (each) => ENTITIES[each] ?? "");
}
