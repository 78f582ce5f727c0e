/** What runs in the browser: shows each state that it is sent, and sends pictures. */
import type { LivePicture, LiveState } from "../state";

const VERDICTS: Readonly<Record<LivePicture["verdict"], string>> = {
  accepted: "accepted",
  review: "for a person to decide",
  failed: "failed",
};

/** Places of pictures that were given, by what is between `live/` and the file's name in their keys. */
const places = new Map<string, HTMLElement>();
/** The ids of those whose verdict is shown. */
const decided = new Set<number>();

function find<T extends Element>(selector: string, type: new () => T): T {
  const found = document.querySelector(selector);
  if (!(found instanceof type)) {
    throw new Error(`The page has no ${selector}`);
  }
  return found;
}

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  fields: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(name), fields);
  made.append(...children);
  return made;
}

const percent = (share: number) => `${(share * 100).toFixed(1)}%`;
const duration = (milliseconds: number) =>
  milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
const fileName = (key: string) => key.slice(key.lastIndexOf("/") + 1);

function show(state: LiveState): void {
  for (const tile of document.querySelectorAll<HTMLElement>("[data-count]")) {
    const name = tile.dataset["count"] as keyof LiveState["counts"];
    tile.textContent = state.counts[name].toLocaleString();
  }
  find("#median", HTMLElement).textContent =
    state.medianMilliseconds === null ? "–" : duration(state.medianMilliseconds);
  showClasses(state);
  showConfidences(state);
  showDrift(state);
  showAlarms(state);
  find("#recent", HTMLElement).replaceChildren(...state.pictures.map(thumbnail));
  for (const picture of [...state.given].reverse()) {
    if (!decided.has(picture.id)) {
      showVerdict(picture);
    }
  }
}

function showClasses({ classes }: LiveState): void {
  const total = Object.values(classes).reduce((sum, count) => sum + count, 0);
  find("#classes", HTMLElement).replaceChildren(
    ...Object.entries(classes).flatMap(([name, count]) =>
      row(name, count / Math.max(total, 1), String(count)),
    ),
  );
}

/** A name, a bar and a figure. */
function row(name: string, share: number, figure: string): Node[] {
  return [
    element("span", { textContent: name }),
    element("meter", { value: share, ariaLabel: name }, figure),
    element("span", { textContent: figure }),
  ];
}

function showConfidences({ confidences, threshold, counts }: LiveState): void {
  const svg = find("#confidence", SVGSVGElement);
  const shape = (name: string, attributes: Record<string, string | number>) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, String(value)));
    return made;
  };
  const height = (share: number) => 97 - 94 * share;
  const step = 390 / Math.max(confidences.length - 1, 1);
  svg.replaceChildren(
    ...(threshold === null
      ? []
      : [shape("line", { x1: 0, x2: 400, y1: height(threshold), y2: height(threshold) })]),
    ...confidences.map((confidence, index) =>
      shape("circle", {
        cx: 5 + index * step,
        cy: height(confidence),
        r: 2,
        class: threshold !== null && confidence < threshold ? "low" : "",
      }),
    ),
  );
  if (threshold !== null) {
    const decisions = counts.accepted + counts.review;
    find("#confidence-text", HTMLElement).textContent =
      `Newest on the right; the line is the threshold, ${percent(threshold)}. Below it a person ` +
      `decides: ${counts.review} of ${decisions}.`;
  }
}

function showDrift({ drift }: LiveState): void {
  if (drift === null) {
    return;
  }
  const drifted = drift.measures.filter((measure) => measure.drifted).map(({ name }) => name);
  const time = (iso: string) => new Date(iso).toLocaleString();
  find("#drift-text", HTMLElement).textContent =
    `${drift.images} pictures between ${time(drift.from)} and ${time(drift.to)}: ` +
    (drifted.length === 0 ? "no drift." : `drift of ${drifted.join(", ")}.`);
  find("#drift", HTMLTableElement).hidden = false;
  const figure = (value: number | null) => (value === null ? "–" : value.toFixed(3));
  find("#drift tbody", HTMLElement).replaceChildren(
    ...drift.measures.map(({ name, images, value, threshold, drifted: isDrift }) =>
      element(
        "tr",
        {},
        element("th", { scope: "row", textContent: name }),
        ...[String(images), figure(value), figure(threshold)].map((textContent) =>
          element("td", { textContent }),
        ),
        element("td", {
          className: isDrift ? "bad" : "good",
          textContent: isDrift ? "drift" : value === null ? "too few to tell" : "none",
        }),
      ),
    ),
  );
}

function showAlarms({ alarms: { count, off } }: LiveState): void {
  find("#alarms-text", HTMLElement).textContent =
    off.length === 0
      ? `None of ${count} has gone off.`
      : `${off.length} of ${count} ${off.length === 1 ? "has" : "have"} gone off:`;
  find("#alarms", HTMLElement).replaceChildren(
    ...off.map(({ name, description, isOnPurpose }) => {
      const className = isOnPurpose ? "" : "bad";
      return element("li", {}, element("b", { className, textContent: name }), `. ${description}`);
    }),
  );
}

function thumbnail(picture: LivePicture): HTMLElement {
  const { id, key, verdict, label, confidence } = picture;
  const image = element("img", { src: `/pictures/${id}`, alt: fileName(key), loading: "lazy" });
  return element(
    "li",
    { title: key },
    image,
    element("span", {
      className: verdict === "accepted" ? "good" : "bad",
      textContent: confidence === undefined ? label : `${label} ${percent(confidence)}`,
    }),
    element("span", { textContent: VERDICTS[verdict] }),
  );
}

function showVerdict(picture: LivePicture): void {
  const { id, key, verdict, label, confidence, scores = {}, cause, milliseconds } = picture;
  const item = places.get(key.split("/").at(-2) ?? "") ?? newItem(fileName(key));
  decided.add(id);
  const image = item.querySelector("img") ?? element("img", { src: `/pictures/${id}` });
  image.alt = fileName(key);
  const meters = element("div", { className: "scores" });
  for (const [name, score] of Object.entries(scores).sort(([, one], [, other]) => other - one)) {
    meters.append(...row(name, score, percent(score)));
  }
  item.replaceChildren(
    image,
    element(
      "div",
      {},
      element(
        "p",
        {},
        element("strong", {
          className: verdict === "accepted" ? "good" : "bad",
          textContent: confidence === undefined ? label : `${label}, ${percent(confidence)}`,
        }),
      ),
      element("p", {
        textContent:
          `${fileName(key)}: ${VERDICTS[verdict]}` +
          (milliseconds === undefined ? "" : ` after ${duration(milliseconds)}`) +
          (cause === undefined ? "" : `: ${cause}`),
      }),
      meters,
    ),
  );
}

/** A place for a verdict, above the others. */
function newItem(name: string): HTMLElement {
  const item = element("li", {}, element("p", { textContent: `${name}…` }));
  find("#given", HTMLElement).prepend(item);
  return item;
}

async function give(file: File): Promise<void> {
  const item = newItem(file.name);
  const image = element("img", { src: URL.createObjectURL(file), alt: file.name });
  image.addEventListener("load", () => {
    URL.revokeObjectURL(image.src);
  });
  // What a browser cannot show may be a picture all the same.
  image.addEventListener("error", () => {
    image.remove();
  });
  item.prepend(image);
  const place = crypto.randomUUID();
  places.set(place, item);
  const response = await fetch(`/pictures/${place}?name=${encodeURIComponent(file.name)}`, {
    method: "PUT",
    headers: { "content-type": "application/octet-stream" },
    body: file,
  });
  if (!response.ok) {
    item.replaceChildren(element("p", { className: "bad", textContent: await response.text() }));
  }
}

function giveAll(files: Iterable<File>): void {
  for (const file of files) {
    give(file).catch((error: unknown) => {
      newItem(file.name).append(element("p", { className: "bad", textContent: String(error) }));
    });
  }
}

const drop = find("#drop", HTMLElement);
const input = find("#file", HTMLInputElement);
input.addEventListener("change", () => {
  giveAll([...(input.files ?? [])]);
  input.value = "";
});
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
document.addEventListener("dragleave", () => {
  drop.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  giveAll([...(event.dataTransfer?.files ?? [])]);
});
document.addEventListener("paste", (event) => {
  giveAll([...(event.clipboardData?.files ?? [])]);
});

const connection = find("#connection", HTMLElement);
const source = new EventSource("/events");
source.addEventListener("message", ({ data }: MessageEvent<string>) => {
  connection.textContent = "Connected: this page changes as pictures come.";
  show(JSON.parse(data) as LiveState);
});
source.addEventListener("error", () => {
  connection.textContent = "The local cloud does not answer. It has been stopped, or is busy.";
});
