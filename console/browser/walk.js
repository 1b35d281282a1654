/**
 * Walks through every panel of a running console in a real browser, and prints what it saw as JSON:
 * `node walk.js URL RECORDING`, Chromium's path in CHROMIUM, a key in CONSOLE_KEY, and in
 * CONSOLE_PICTURES a folder, if pictures of the panels are to be kept.
 *
 * Whatever the page asks of another host is refused and reported, and so is every violation of its
 * policy and every error of its scripts.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { chromium } from "playwright-core";

/** @typedef {import("playwright-core").Page} Page */

const [address = "", recording = ""] = process.argv.slice(2);
const folder = process.env.CONSOLE_PICTURES ?? "";
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--autoplay-policy=no-user-gesture-required",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
  "--mute-audio",
];

/** @type {Record<string, any>} */
const seen = { faults: [], elsewhere: [], codes: {}, axe: {} };

/**
 * @param {Page} page
 * @param {string} name
 */
async function open(page, name) {
  await page.locator(`#tab-${name}`).click();
  await page.locator(`#panel-${name}`).waitFor({ state: "visible" });
  return page.locator(`#panel-${name}`);
}

/**
 * The code that a panel shows, language by language.
 *
 * @param {import("playwright-core").Locator} panel
 */
async function codes(panel) {
  const box = panel.locator("details.code");
  if (!(await box.getAttribute("open"))) await box.locator("summary").click();
  /** @type {Record<string, string>} */
  const found = {};
  for (const language of ["curl", "Python", "JavaScript"]) {
    await box.getByRole("button", { name: language, exact: true }).click();
    found[language] = await box.locator("code").innerText();
  }
  await box.locator("summary").click();
  return found;
}

/**
 * What axe finds serious or critical on the page as it stands.
 *
 * @param {Page} page
 * @param {string} name
 */
async function inspect(page, name) {
  await page.evaluate(readFileSync(AXE, "utf8"));
  const found = await page.evaluate(async () => {
    // @ts-expect-error axe is put into the page above
    const result = await globalThis.axe.run(document);
    return result.violations
      .filter((/** @type {any} */ each) => ["serious", "critical"].includes(each.impact))
      .map((/** @type {any} */ each) => `${each.id}: ${each.nodes[0].html}`);
  });
  seen.axe[name] = found;
}

/**
 * @param {Page} page
 * @param {string} name
 */
async function picture(page, name) {
  if (folder) await page.screenshot({ path: path.join(folder, `${name}.png`) });
}

/** @param {Page} page */
async function chat(page) {
  const panel = await open(page, "chat");
  await panel.getByText("Options", { exact: true }).click();
  await panel.getByLabel("Colour words by probability").check();
  await panel.getByLabel("Answers at once").fill("2");
  await panel.getByLabel("Longest answer, in tokens").fill("60");
  await panel.getByLabel("Message").fill("What is an otter?");
  await panel.getByLabel("Message").press("Enter");
  await panel.getByRole("button", { name: "Go on with this one" }).first().waitFor();
  await panel.locator(".token").nth(3).click();
  seen.chat = {
    choices: await panel.locator(".turn.assistant .choice .spoken").allInnerTexts(),
    alternatives: await panel.locator(".alternatives li").count(),
  };
  seen.codes.chat = await codes(panel);
  await inspect(page, "chat");
  await picture(page, "chat");
  await panel.getByRole("button", { name: "New conversation" }).click();
}

/** @param {Page} page */
async function speak(page) {
  const panel = await open(page, "speak");
  await panel.getByLabel("Text", { exact: true }).fill("One two three four five. 😀 Six.");
  await panel.getByLabel("Format").selectOption("wav");
  for (const voice of ["alloy", "nova"]) {
    await panel.getByLabel("Voice").selectOption(voice);
    await panel.getByRole("button", { name: "Speak", exact: true }).click();
    await panel.locator(".take", { hasText: voice }).waitFor();
  }
  await panel.locator(".take mark").first().waitFor();
  seen.speak = {
    takes: await panel.locator(".take h3").allInnerTexts(),
    lit: await panel.locator(".take mark").first().innerText(),
    seconds: await panel
      .locator("audio")
      .first()
      .evaluate((/** @type {HTMLAudioElement} */ it) => it.duration),
  };
  seen.codes.speak = await codes(panel);
  await inspect(page, "speak");
  await picture(page, "speak");
}

/** @param {Page} page */
async function listen(page) {
  const panel = await open(page, "listen");
  await panel.locator("input[type=file]").setInputFiles(recording);
  await panel.getByRole("button", { name: "Download .srt" }).waitFor();
  const before = await panel.locator(".cue .spoken").allInnerTexts();
  await panel.locator("audio").evaluate((/** @type {HTMLAudioElement} */ it) => it.play());
  await panel.locator(".word.lit").first().waitFor();
  const lit = await panel.locator(".word.lit").first().innerText();
  await panel.locator("canvas").waitFor();
  seen.codes.listen = await codes(panel);
  await inspect(page, "listen");
  await picture(page, "listen");
  await panel.getByRole("button", { name: /^Edit/ }).first().click();
  await panel.getByLabel("Text", { exact: true }).fill("Corrected by hand & split");
  await panel.getByLabel("Speaker", { exact: true }).fill("Kim");
  await panel.getByRole("button", { name: "Split" }).click();
  await panel.getByRole("button", { name: "Done" }).click();
  /** @type {Record<string, string>} */
  const files = {};
  for (const ending of ["srt", "vtt", "txt", "json"]) {
    const download = page.waitForEvent("download");
    await panel.getByRole("button", { name: `Download .${ending}` }).click();
    files[ending] = readFileSync(await (await download).path(), "utf8");
  }
  await panel.getByLabel("Translate into").selectOption("en");
  await panel.getByRole("button", { name: "Translate", exact: true }).click();
  await panel.locator(".translation").first().waitFor({ state: "attached" });
  seen.codes.translate = await codes(panel);
  seen.listen = {
    before,
    lit,
    files,
    translation: await panel.locator(".translation").first().textContent(),
  };
  await panel.getByRole("button", { name: "Record", exact: true }).click();
  await panel.getByRole("timer").waitFor();
  await panel.getByText(/Recording: (?!0:00)/).waitFor();
  await panel.getByRole("button", { name: "Stop recording" }).click();
  await panel.locator('audio[aria-label="recording.webm"]').waitFor();
  await panel.locator("progress").waitFor({ state: "detached" });
  seen.listen.recorded = await panel.getByRole("status").innerText();
}

/** @param {Page} page */
async function look(page) {
  const models = await open(page, "models");
  await models.locator(".model").first().waitFor();
  seen.models = await models.locator(".model h3").allInnerTexts();
  seen.codes.models = await codes(models);
  await inspect(page, "models");
  await picture(page, "models");
  const now = await open(page, "now");
  await now.locator("tbody tr").first().waitFor();
  seen.now = await now.locator("tbody tr").allInnerTexts();
  await inspect(page, "now");
  await picture(page, "now");
}

/** @param {Page} page */
async function narrow(page) {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.locator("header").getByLabel("Language").selectOption("ko");
  await page.locator("header").getByLabel("색").selectOption("dark");
  seen.narrow = { language: await page.locator("html").getAttribute("lang"), wide: [] };
  for (const name of ["listen", "speak", "chat", "models", "now"]) {
    await open(page, name);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > 360) seen.narrow.wide.push(`${name}: ${width}`);
    await inspect(page, `${name}, dark, Korean`);
  }
  await open(page, "listen");
  await picture(page, "phone");
}

/** @param {Page} page */
async function keyboard(page) {
  await page.locator("#tab-listen").focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("End");
  seen.keyboard = await page.evaluate(() => document.activeElement?.id);
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: FLAGS });
try {
  const page = await browser.newPage({ locale: "en-GB", viewport: { width: 1100, height: 800 } });
  page.setDefaultTimeout(60_000);
  page.on("pageerror", (error) => seen.faults.push(String(error)));
  page.on("console", (message) => message.type() === "error" && seen.faults.push(message.text()));
  page.on("requestfailed", (request) =>
    seen.faults.push(`${request.url()} ${request.failure()?.errorText}`),
  );
  await page.route(
    (url) => !["blob:", "data:"].includes(url.protocol) && url.origin !== new URL(address).origin,
    (route) => {
      seen.elsewhere.push(route.request().url());
      return route.abort();
    },
  );
  await page.goto(address, { waitUntil: "domcontentloaded" });
  if (process.env.CONSOLE_KEY) {
    await page.getByLabel("API key").fill("wrong");
    await page.getByRole("button", { name: "Use this key" }).click();
    seen.refused = await page.getByRole("alert").first().innerText();
    await page.getByLabel("API key").fill(process.env.CONSOLE_KEY);
    await page.getByRole("button", { name: "Use this key" }).click();
  }
  await page.locator("#panel-listen option[value]").first().waitFor({ state: "attached" });
  for (const step of [keyboard, chat, speak, listen, look, narrow]) await step(page);
} catch (error) {
  seen.broke = error instanceof Error ? error.stack : String(error);
  const page = browser.contexts()[0]?.pages()[0];
  if (page) await picture(page, "broke");
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen, null, 1));
