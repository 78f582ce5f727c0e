/** The report in a real browser, with no, one and ten thousand images. */
import { mkdirSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { renderPage } from "../../../operations/report/page";
import {
  accessibilityFaults,
  DARK,
  DESKTOP,
  PHONE,
  sidewaysOverflow,
  TestBrowser,
  type Look,
  type Tab,
} from "../../support/browser";
import { PROJECT_ROOT } from "../../support/project";
import { sampleReport } from "./sample";

/** Ids of the parts that are charts, of which each has a table behind it. */
const CHARTS = [
  "training",
  "reliability",
  "confidence",
  "over-time",
  "latency",
  "times",
  "machine",
];

const PARTS = [
  ...[...CHARTS, "confusion", "misclassified", "doubtful", "failed", "accepted", "dataset"],
  ...["alarms", "policies", "price", "places", "absent"],
];

describe("the report in a browser", function () {
  this.timeout(120_000);
  const shots = path.join(PROJECT_ROOT, "out", "screenshots");
  let browser: TestBrowser;
  let folder: string;

  before(async function () {
    browser = await TestBrowser.start(this);
    folder = await mkdtemp(path.join(tmpdir(), "report-"));
    mkdirSync(shots, { recursive: true });
  });
  after(async () => {
    await browser?.close();
    if (folder !== undefined) {
      await rm(folder, { recursive: true });
    }
  });

  /** Opened as a person does who was sent the file. */
  const visit = async (html: string, look: Look): Promise<Tab> => {
    const file = path.join(folder, "report.html");
    await writeFile(file, html);
    const tab = await browser.open(look);
    await tab.page.goto(pathToFileURL(file).href);
    return tab;
  };
  const expectSound = async ({ page, complaints, asked }: Tab) => {
    expect(await accessibilityFaults(page)).to.deep.equal([]);
    expect(await sidewaysOverflow(page), "pixels to the side").to.equal(0);
    expect(complaints).to.deep.equal([]);
    expect(asked, "files asked for").to.deep.equal([page.url()]);
  };

  for (const images of [0, 1, 10_000]) {
    it(`has every figure with ${images} images, and a table behind every chart`, async () => {
      // Act
      const tab = await visit(renderPage(await sampleReport(images)), DESKTOP);

      // Assess
      const { page } = tab;
      await expectSound(tab);
      await page.screenshot({ path: path.join(shots, `report-${images}.png`), fullPage: true });
      const parts = images === 0 ? PARTS : [...PARTS, "drift"];
      for (const id of parts) {
        expect(await page.locator(`section#${id} h2`).isVisible(), id).to.equal(true);
      }
      expect(await page.locator("section").count(), "parts").to.equal(parts.length);
      for (const id of parts.filter((each) => [...CHARTS, "drift"].includes(each))) {
        const chart = page.locator(`#${id} svg`);
        const { width = 0, height = 0 } = (await chart.boundingBox()) ?? {};
        expect(Math.min(width, height), `${id}: pixels`).to.be.above(50);
        expect(await chart.locator("desc").textContent(), id).to.match(/^.{20,}\.$/);
        expect(await chart.innerHTML(), id).not.to.match(/NaN|undefined|Infinity/);
        await page.locator(`#${id} summary`).click();
        expect(await page.locator(`#${id} table`).isVisible(), `${id}: table`).to.equal(true);
      }
      expect(await page.locator("body").innerText()).not.to.match(/NaN|undefined|Infinity/);
      expect(await sidewaysOverflow(page), "pixels to the side with all open").to.equal(0);
      await page.close();
    });
  }

  it("is as good a page with all of its tables open", async () => {
    const tab = await visit(renderPage(await sampleReport(20, { windows: 2 })), DESKTOP);
    for (const summary of await tab.page.locator("summary").all()) {
      await summary.click();
    }
    await expectSound(tab);
    await tab.page.close();
  });

  it("shows of alarms and policies what there is to say, from the left, and folds the rest away", async () => {
    for (const look of [DESKTOP, PHONE]) {
      const { page } = await visit(renderPage(await sampleReport(20)), look);

      for (const [id, remarkable] of [
        ["alarms", "failed-executions"],
        ["policies", "s3-bucket-require-versioning"],
      ] as const) {
        const rows = page.locator(`#${id} tbody tr:visible`);
        expect(await rows.locator("th").allTextContents(), id).to.deep.equal([remarkable]);
        const sides = await page.evaluate<string[]>(
          `[...document.querySelectorAll("#${id} th, #${id} td")]` +
            ".map((cell) => getComputedStyle(cell).textAlign)",
        );
        expect(new Set(sides), id).to.deep.equal(new Set(["left"]));
      }
      const row = page.locator("#alarms tbody tr:visible");
      expect((await row.boundingBox())?.height, "no word is broken").to.be.below(100);
      await page.close();
    }
  });

  it("shows the first pictures of each kind, however many there are", async () => {
    const { page } = await visit(renderPage(await sampleReport(10_000)), DESKTOP);
    for (const id of ["misclassified", "doubtful", "failed", "accepted"]) {
      expect(await page.locator(`#${id} li`).count(), id).to.equal(24);
      expect(await page.locator(`#${id} h2`).innerText(), id).to.match(/ \d+, the first 24 shown$/);
    }
    await page.close();
  });

  for (const [name, look] of Object.entries({ dark: DARK, phone: PHONE })) {
    it(`is as good a page in ${name}`, async () => {
      // Act
      const tab = await visit(renderPage(await sampleReport(300)), look);

      // Assess
      await expectSound(tab);
      await tab.page.screenshot({ path: path.join(shots, `report-${name}.png`), fullPage: true });
      await tab.page.close();
    });
  }

  it("is as good a page of one window of drift, and where nobody knows the truth", async () => {
    const report = await sampleReport(300, { truthIsKnown: false, windows: 1 });
    const tab = await visit(renderPage(report), DESKTOP);
    expect(await tab.page.locator("#drift svg").isVisible()).to.equal(true);
    expect(await tab.page.locator("#confidence figcaption").innerText()).to.contain("nobody knows");
    await expectSound(tab);
    await tab.page.close();
  });

  it("has text large enough to read on a phone", async () => {
    // Act
    const { page } = await visit(renderPage(await sampleReport(300)), PHONE);

    // Assess
    const heights = await page.evaluate<number[]>(
      `[...document.querySelectorAll("section svg text")].map((each) => each.getBoundingClientRect().height)`,
    );
    expect(heights).to.have.length.above(50);
    expect(Math.min(...heights), "pixels of a line of text").to.be.at.least(11);
    await page.close();
  });

  it("is dark on white on paper, also of those who read in the dark", async () => {
    // Prepare
    const { page } = await visit(renderPage(await sampleReport(300)), DARK);

    // Act
    await page.emulateMedia({ media: "print" });

    // Assess
    const colours = await page.evaluate<string[]>(
      `["color", "backgroundColor"].map((each) => getComputedStyle(document.body)[each])`,
    );
    expect(colours).to.deep.equal(["rgb(34, 38, 43)", "rgb(255, 255, 255)"]);
    await page.close();
  });

  it("can be read by the keyboard alone: what scrolls or opens is reached", async () => {
    // Prepare
    const { page } = await visit(renderPage(await sampleReport(300)), PHONE);
    const wanted = await page.locator("summary, [tabindex='0']:visible").count();

    // Act
    let reached = 0;
    for (; reached <= wanted; reached += 1) {
      await page.keyboard.press("Tab");
      if ((await page.locator("main :focus-visible").count()) === 0) {
        break;
      }
    }

    // Assess
    expect(reached).to.be.at.least(wanted);
    await page.close();
  });
});
