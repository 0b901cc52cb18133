// node drive.mjs BUNDLE TABLE.csv [SCREENSHOT]: gives the page a model (a .zip, or a folder's files) and a table, presses the button and prints { status, completed, cells },
// the two files it offers.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { serve } from "./serve.mjs";

const [bundle, data, screenshot] = process.argv.slice(2);
const server = await serve(null, 0);
const profile = await mkdtemp(join(tmpdir(), "missbgm-browser-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

async function imputeTable(page) {
  const files = bundle.endsWith(".zip") ? [bundle] : (await readdir(bundle)).map((name) => join(bundle, name));
  await page.setInputFiles("#model", files);
  await page.setInputFiles("#table", data);
  await page.waitForFunction(() => !document.getElementById("impute").disabled || document.querySelector(".error"), null, { timeout: 120_000 });
  if (await page.locator("#impute").isEnabled()) await press(page);
  return page.evaluate(async () => {
    const text = async (id) => (document.getElementById(id).href ? (await fetch(document.getElementById(id).href)).text() : null);
    return { status: document.getElementById("status").textContent, completed: await text("completed"), cells: await text("cells") };
  });
}

async function press(page) {
  await page.getByRole("button", { name: "Impute" }).click();
  await page.waitForFunction(() => !document.querySelector("button").disabled && !/^Ready$/.test(document.getElementById("status").textContent), null, { timeout: 300_000 });
}

try {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(error.message));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const result = await imputeTable(page);
  if (screenshot) await page.screenshot({ path: screenshot, fullPage: true });
  console.log(JSON.stringify(result));
} finally {
  await browser.close();
  server.close();
  await rm(profile, { recursive: true, force: true });
}
