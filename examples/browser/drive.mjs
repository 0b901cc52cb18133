// node drive.mjs BUNDLE '{"column": "text", ...}' [SCREENSHOT]: types a row into the page in a real Chromium, presses the button and prints what the
// page shows as JSON: { status, cells: { column: [mean, sd, lower, upper] } }.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { serve } from "./serve.mjs";

const [bundle, row, screenshot] = process.argv.slice(2);
const server = await serve(bundle, 0);
const profile = await mkdtemp(join(tmpdir(), "missbgm-browser-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(error.message));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.getByText("Ready", { exact: true }).waitFor({ timeout: 120_000 });
  for (const [column, text] of Object.entries(JSON.parse(row))) await page.getByLabel(column, { exact: true }).fill(text);
  await page.getByRole("button", { name: "Impute" }).click();
  await page.waitForFunction(() => !document.querySelector("button").disabled && !/^Ready$/.test(document.getElementById("status").textContent), null, { timeout: 300_000 });
  const result = await page.evaluate(() => ({
    status: document.getElementById("status").textContent,
    cells: Object.fromEntries([...document.querySelectorAll("tbody tr")].map((line) => [line.dataset.column, [...line.cells].slice(1).map((cell) => Number(cell.textContent))])),
  }));
  if (screenshot) await page.screenshot({ path: screenshot, fullPage: true });
  console.log(JSON.stringify(result));
} finally {
  await browser.close();
  server.close();
  await rm(profile, { recursive: true, force: true });
}
