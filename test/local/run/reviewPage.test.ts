/** The page of reviewers in a real browser, behind the function's URL in the local cloud. */
import { KMSClient } from "@aws-sdk/client-kms";
import { expect } from "chai";
import { INFERENCE_PREFIXES } from "../../../contract/inference";
import { kmsMacKey } from "../../../functions/shared/macKey";
import { signLink } from "../../../functions/shared/reviewLink";
import {
  accessibilityFaults,
  DARK,
  DESKTOP,
  PHONE,
  sidewaysOverflow,
  TestBrowser,
  type Tab,
} from "../../support/browser";
import { deployReviews, Doubts, type DeployedReviews } from "./doubts";

/** Ten, of which the last has no key. */
const CLASSES = [
  ...["bicycle", "motorcycle", "pickup_truck", "bus", "train"],
  ...["streetcar", "tank", "tractor", "rocket", "lawn_mower"],
];

describe("the page of reviewers in a browser", function () {
  this.timeout(120_000);
  let browser: TestBrowser;
  let deployed: DeployedReviews;
  let doubts: Doubts;
  let count = 0;

  before(async function () {
    browser = await TestBrowser.start(this);
    deployed = await deployReviews({ path: ["dataset", "classes"], value: CLASSES });
    doubts = new Doubts(deployed);
  });
  after(async () => {
    doubts?.close();
    await deployed?.cloud.stop();
    await browser?.close();
  });

  const raise = () => doubts.raise(`${INFERENCE_PREFIXES.batches}${(count += 1)} <b>&.png`);
  const visit = async (link: URL | string, look = DESKTOP): Promise<Tab> => {
    const tab = await browser.open(look);
    await tab.page.goto(String(link));
    return tab;
  };
  const expectSound = async ({ page, complaints, asked }: Tab, what: string) => {
    expect(await accessibilityFaults(page), what).to.deep.equal([]);
    expect(await sidewaysOverflow(page), `${what}: pixels to the side`).to.equal(0);
    expect(complaints, what).to.deep.equal([]);
    const elsewhere = asked.filter((url) => new URL(url).origin !== new URL(page.url()).origin);
    expect(elsewhere, what).to.deep.equal([]);
  };

  it("shows the picture, the probabilities, and a button for each class and for none of these", async () => {
    // Prepare
    const { verdict, link } = await raise();

    // Act
    const tab = await visit(link);

    // Assess
    const { page } = tab;
    const picture = page.getByRole("img", { name: "The picture to decide on" });
    expect(await picture.isVisible()).to.equal(true);
    expect(await page.evaluate("document.images[0].naturalWidth")).to.equal(300);
    expect(await page.getByText(verdict.image.key).isVisible()).to.equal(true);
    const buttons = await page.getByRole("button").allInnerTexts();
    expect(buttons.map((text) => text.replace(/\s+/g, " "))).to.deep.equal([
      ...["1bicycle (50.0%)", "2motorcycle (50.0%)"],
      ...CLASSES.slice(2, 9).map((name, index) => `${index + 3}${name}`),
      "lawn_mower",
      "0None of these",
    ]);
    await expectSound(tab, "question");
    await page.close();
  });

  it("takes the keys 1 to 9 and 0 for its buttons, and the next picture follows", async () => {
    // Prepare
    const first = await raise();
    const others = [];
    for (let key = 0; key <= 9; key += 1) {
      others.push(await raise());
    }
    const byKey = new Map([first, ...others].map(({ verdict }) => [verdict.image.key, verdict]));
    const tab = await visit(first.link);

    // Act
    const answered = [];
    for (const key of ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"]) {
      const shown = await tab.page.locator(".name").innerText();
      const before = tab.page.url();
      const next = tab.page.waitForURL(({ href }) => href !== before);
      await tab.page.keyboard.press(key);
      await next;
      answered.push(shown);
    }

    // Assess
    expect(answered[0]).to.equal(first.verdict.image.key);
    expect(new Set(answered).size).to.equal(10);
    for (const [index, key] of answered.entries()) {
      const verdict = byKey.get(key);
      if (verdict !== undefined) {
        const { decision, label } = await doubts.labelOf(verdict);
        expect(label ?? decision).to.equal(index === 9 ? "none" : CLASSES[index]);
      }
    }
    await expectSound(tab, "the picture that followed");
    await tab.page.close();
  });

  it("says that a link is not good that was used, is altered, too late or for another picture, all alike", async () => {
    // Prepare
    const [used, good, other] = [await raise(), await raise(), await raise()];
    const reviewer = await visit(used.link);
    await reviewer.page.keyboard.press("2");
    await doubts.labelOf(used.verdict);
    await reviewer.page.close();
    const [keyArn = ""] = deployed.cloud.kms.arns;
    const kms = new KMSClient(deployed.cloud.deployerSession());
    const withLink = (text: string) => new URL(`/?link=${encodeURIComponent(text)}`, good.link);
    const text = (link: URL) => link.searchParams.get("link") ?? "";
    const [review = "", expires = "", nonce = "", mac = ""] = text(good.link).split(".");
    const [elsewhere = ""] = text(other.link).split(".");
    const otherLetter = (first: string) => (first === "A" ? "B" : "A");
    const late = { review, expires: Math.floor(Date.now() / 1000) - 1 };
    const links = {
      used: used.link,
      altered: withLink([review, expires, nonce, mac.replace(/^./, otherLetter)].join(".")),
      prolonged: withLink([review, String(Number(expires) + 9), nonce, mac].join(".")),
      "too late": withLink(await signLink(late, kmsMacKey(kms, keyArn))),
      "for another picture": withLink([elsewhere, expires, nonce, mac].join(".")),
      empty: new URL("/", good.link),
    };
    kms.destroy();

    // Act
    const said = new Set<string>();
    const tab = await browser.open();
    for (const link of Object.values(links)) {
      await tab.page.goto(String(link));
      said.add(await tab.page.content());
    }

    // Assess
    expect(said.size, "ways to say it").to.equal(1);
    expect(await tab.page.getByRole("heading").innerText()).to.equal("Not here");
    expect(await tab.page.getByRole("main").innerText()).to.contain("not any more");
    expect(await tab.page.locator("img, form, button").count()).to.equal(0);
    await expectSound(tab, "refusal");
    await tab.page.close();
    const stillGood = await visit(good.link);
    expect(await stillGood.page.getByRole("button").count()).to.equal(CLASSES.length + 1);
    await stillGood.page.close();
  });

  it("tells a reviewer whose picture somebody else has decided meanwhile", async () => {
    // Prepare
    const { verdict, link } = await raise();
    const [slow, fast] = [await visit(link), await visit(link)];

    // Act
    await fast.page.getByRole("button", { name: "motorcycle" }).click();
    const { label } = await doubts.labelOf(verdict);
    await slow.page.getByRole("button", { name: "bicycle" }).click();

    // Assess
    expect(await slow.page.getByRole("heading").innerText()).to.equal("Not here");
    expect(label).to.equal("motorcycle");
    expect((await doubts.labelOf(verdict)).label).to.equal("motorcycle");
    await slow.page.close();
    await fast.page.close();
  });

  it("can be used at night, and on a phone with a finger", async () => {
    const { link } = await raise();
    for (const [what, look] of Object.entries({ dark: DARK, phone: PHONE })) {
      // Act
      const tab = await visit(link, look);

      // Assess
      await expectSound(tab, what);
      for (const button of await tab.page.getByRole("button").all()) {
        const { width = 0, height = 0 } = (await button.boundingBox()) ?? {};
        expect(Math.min(width, height), `${what}: pixels of a button`).to.be.at.least(44);
      }
      await tab.page.close();
    }
  });

  it("can be used by the keyboard alone: every button is reached, and shows that it is", async () => {
    // Prepare
    const { link } = await raise();
    const { page } = await visit(link);

    // Act
    const reached: string[] = [];
    for (let step = 0; step <= CLASSES.length; step += 1) {
      await page.keyboard.press("Tab");
      reached.push(await page.locator(":focus-visible").innerText());
    }

    // Assess
    expect(new Set(reached).size).to.equal(CLASSES.length + 1);
    await page.close();
  });
});
