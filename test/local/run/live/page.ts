/** The live page in a real browser, before a workflow that is deployed already. */
import { setTimeout } from "node:timers/promises";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { INFERENCE_PREFIXES } from "../../../../contract/inference";
import { LivePage } from "../../../../local/run/live/server";
import {
  accessibilityFaults,
  DARK,
  DESKTOP,
  PHONE,
  sidewaysOverflow,
  TestBrowser,
  type Look,
  type Tab,
} from "../../../support/browser";
import type { DeployedWorkflow } from "../uploads";

/** @param deployed asked for when a test begins */
export function describeLivePage(deployed: () => DeployedWorkflow): void {
  let browser: TestBrowser;
  let live: LivePage;

  before(async function () {
    browser = await TestBrowser.start(this);
    const { cloud, bucket } = deployed();
    live = await LivePage.start(cloud, {
      name: "dev",
      inferenceBucket: bucket,
      classes: ["bicycle", "motorcycle", "pickup_truck"],
    });
  });
  after(async () => {
    await live?.stop();
    await browser?.close();
  });

  const visit = async (look: Look = DESKTOP): Promise<Tab> => {
    const tab = await browser.open(look);
    await tab.page.goto(live.address);
    await tab.page.getByText("Connected").waitFor();
    return tab;
  };
  const file = (name: string, picture: Buffer) => ({
    name,
    mimeType: "application/octet-stream",
    buffer: picture,
  });

  it("shows the verdict on a picture that is chosen, and counts it", async () => {
    // Prepare
    const { page, complaints } = await visit();
    const [picture = Buffer.alloc(0)] = deployed().pictures;

    // Act
    await page.getByLabel("Drop a picture here").setInputFiles(file("mine.png", picture));
    const verdict = page.locator("#given li", { hasText: "mine.png" });
    await verdict.getByText(/after \d+(\.\d)? m?s/).waitFor();

    // Assess
    const text = await verdict.innerText();
    expect(text).to.match(/(bicycle|motorcycle|pickup_truck), \d+\.\d%/);
    expect(await verdict.locator("meter").count()).to.equal(3);
    const width = await page.evaluate("document.querySelector('#given img').naturalWidth");
    expect(width).to.be.greaterThan(0);
    expect(await page.locator("[data-count=uploaded]").innerText()).to.equal("1");
    expect(await page.locator("#recent li").count()).to.equal(1);
    expect(complaints).to.deep.equal([]);
    await page.close();
  });

  it("takes a picture that is dropped on it", async () => {
    // Prepare
    const { page, complaints } = await visit();
    const [picture = Buffer.alloc(0)] = deployed().pictures;
    const transfer = await page.evaluateHandle(
      `(() => {
        const transfer = new DataTransfer();
        const bytes = Uint8Array.from(atob("${picture.toString("base64")}"), (c) => c.charCodeAt(0));
        transfer.items.add(new File([bytes], "dropped.png", { type: "image/png" }));
        return transfer;
      })()`,
    );

    // Act
    await page.dispatchEvent("#drop", "drop", { dataTransfer: transfer });

    // Assess
    await page.locator("#given li", { hasText: /dropped\.png: .* after/ }).waitFor();
    expect(complaints).to.deep.equal([]);
    await page.close();
  });

  it("says of a file that is no picture what is wrong with it, and which alarm it sets off", async () => {
    // Prepare
    const { page } = await visit();

    // Act
    const input = page.getByLabel("Drop a picture here");
    await input.setInputFiles(file("notes.txt", Buffer.from("no picture")));

    // Assess
    const verdict = page.locator("#given li", { hasText: /notes\.txt: failed/ });
    await verdict.waitFor();
    expect(await verdict.innerText())
      .to.include("UnreadableImageError")
      .and.include("formats");
    await page.locator("#alarms li", { hasText: "failed-executions" }).waitFor();
    await page.close();
  });

  it("changes while somebody looks, when others upload", async () => {
    // Prepare
    const { page } = await visit();
    const count = async () => Number(await page.locator("[data-count=uploaded]").innerText());
    const before = await count();
    const { cloud, bucket, pictures } = deployed();

    // Act
    const s3 = new S3Client(cloud.deployerSession());
    const Key = `${INFERENCE_PREFIXES.incoming}by others.png`;
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: pictures[0] as Buffer }));
    s3.destroy();

    // Assess
    await page.locator("#recent li", { has: page.getByAltText("by others.png") }).waitFor();
    expect(await count()).to.equal(before + 1);
    await page.close();
  });

  for (const [name, look] of [
    ["wide and light", DESKTOP],
    ["dark", DARK],
    ["on a phone", PHONE],
  ] as const) {
    it(`can be used by everybody: ${name}`, async () => {
      // Act
      const { page, complaints, asked } = await visit(look);
      await page.locator("#recent img").first().waitFor();
      await setTimeout(200);

      // Assess
      expect(await accessibilityFaults(page)).to.deep.equal([]);
      expect(await sidewaysOverflow(page)).to.equal(0);
      expect(complaints).to.deep.equal([]);
      expect(asked.filter((url) => !url.startsWith(live.address))).to.deep.equal([]);
      await page.close();
    });
  }
}
