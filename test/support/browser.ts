/**
 * A real browser: judges pages as whoever looks at them does. Chromium is taken from `CHROMIUM`, or
 * from where systems have it; nothing is downloaded.
 */
import { existsSync } from "node:fs";
import * as path from "node:path";
import axe, { type AxeResults } from "axe-core";
import { chromium, type Browser, type Page } from "playwright-core";

/** Longest that Chromium may take to start, in milliseconds. */
const START_TIMEOUT = 60_000;

/** Names under which systems have it on their PATH. */
const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "msedge"];

/** Where it is on systems that have no PATH for it. */
const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/** How a page is looked at. */
export interface Look {
  readonly width: number;
  readonly height: number;
  readonly scheme: "light" | "dark";
}

export const DESKTOP: Look = { width: 1280, height: 900, scheme: "light" };
export const DARK: Look = { ...DESKTOP, scheme: "dark" };
/** As narrow as phones are. */
export const PHONE: Look = { width: 360, height: 740, scheme: "light" };

/** A page in the browser, and what was wrong with it so far. */
export interface Tab {
  readonly page: Page;
  /**
   * Errors and warnings on the console, exceptions, and requests that failed. That an answer has an
   * error's status is not among them: pages say so themselves.
   */
  readonly complaints: readonly string[];
  /** Addresses that were asked, without those that are data. */
  readonly asked: readonly string[];
}

export class TestBrowser {
  private constructor(private readonly browser: Browser) {}

  /**
   * Starts Chromium. Without one the test, or all tests of the suite, are skipped, and whoever
   * looks is told.
   */
  static async start(context: Mocha.Context): Promise<TestBrowser> {
    context.timeout(START_TIMEOUT);
    const browser = await launchChromium();
    if (browser === undefined) {
      console.warn("    Chromium is not there (CHROMIUM names one): no browser judges this");
      return context.skip();
    }
    return new TestBrowser(browser);
  }

  /** A tab that knows nothing of others. */
  async open({ width, height, scheme }: Look = DESKTOP): Promise<Tab> {
    const viewport = { width, height };
    const page = await this.browser.newPage({ viewport, colorScheme: scheme });
    const complaints: string[] = [];
    const asked: string[] = [];
    page.on("console", (message) => {
      const isStatus = message.text().startsWith("Failed to load resource: the server responded");
      if (["error", "warning"].includes(message.type()) && !isStatus) {
        complaints.push(message.text());
      }
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("requestfailed", (request) =>
      complaints.push(`${request.url()}: ${request.failure()?.errorText ?? "failed"}`),
    );
    page.on("request", (request) => {
      if (!request.url().startsWith("data:")) {
        asked.push(request.url());
      }
    });
    return { page, complaints, asked };
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

/**
 * What axe-core finds on a page, one line for each fault and element: of every impact, for a page
 * of ours need not have a minor fault either.
 */
export async function accessibilityFaults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>("axe.run()");
  return violations.flatMap(({ id, impact, help, nodes }) =>
    nodes.map(({ target }) => `${impact ?? "minor"}: ${id}: ${help}: ${target.join(" ")}`),
  );
}

/** By how many pixels a page is wider than its window: 0 when nobody must scroll sideways. */
export function sidewaysOverflow(page: Page): Promise<number> {
  return page.evaluate<number>(
    "document.documentElement.scrollWidth - document.documentElement.clientWidth",
  );
}

/** Starts Chromium; undefined where there is none. */
export async function launchChromium(): Promise<Browser | undefined> {
  const executablePath = findChromium();
  return executablePath === undefined
    ? undefined
    : chromium.launch({
        ...{ executablePath, timeout: START_TIMEOUT },
        // There is no sandbox for root. Containers have little of what it shares memory in.
        chromiumSandbox: process.getuid?.() !== 0,
        args: ["--disable-dev-shm-usage"],
      });
}

/** @throws Error when `CHROMIUM` names what is not there */
function findChromium(): string | undefined {
  const named = process.env["CHROMIUM"];
  if (named !== undefined && named !== "") {
    if (!existsSync(named)) {
      throw new Error(`CHROMIUM names ${named}, which is not there`);
    }
    return named;
  }
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return [...candidates, ...PLACES].find((file) => existsSync(file));
}
