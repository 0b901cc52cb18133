// node look.mjs PAGE [FOLDER]: opens a page of a file in a real Chromium, 400, 800 and 1,600 pixels wide, light and dark, prints it, and prints what it found as JSON:
// { errors, requests, overflowing, violations, pdfBytes, figures }. With FOLDER it leaves the screenshots and the PDF there.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [file, folder] = process.argv.slice(2);
const url = pathToFileURL(resolve(file)).href;
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const profile = await mkdtemp(join(tmpdir(), "missbgm-browser-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  // The accessibility checks are brought into the page from outside, past its policy.
  bypassCSP: false,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const found = { errors: [], requests: [], overflowing: [], violations: [], pdfBytes: 0, figures: [], search: null };
try {
  const page = await browser.newPage();
  page.on("pageerror", (error) => found.errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && found.errors.push(message.text()));
  page.on("request", (request) => request.url() !== url && !request.url().startsWith("data:") && found.requests.push(request.url()));
  for (const width of [400, 800, 1600]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ media: "screen", colorScheme });
      await page.goto(url);
      if (await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) found.overflowing.push(width);
      if (folder) await page.screenshot({ path: join(folder, `${width}-${colorScheme}.png`), fullPage: true });
      // Evaluated by the browser itself, a script is not the page's and its policy does not hold for it.
      const result = await page.evaluate(`${axe}; axe.run({ resultTypes: ["violations"] })`);
      for (const { id, impact, nodes } of result.violations) {
        if (["serious", "critical"].includes(impact)) found.violations.push({ width, colorScheme, id, impact, where: nodes[0].target.join(" "), why: nodes[0].failureSummary });
      }
    }
  }

  found.figures = await page.$$eval("data", (all) => all.map(({ value, textContent, dataset }) => ({ value, text: textContent, ...dataset })));
  const box = page.locator("input[type=search]").first();
  if (await box.count()) {
    const name = await page.locator("[data-name]").last().getAttribute("data-name");
    await box.fill(name);
    found.search = { name, shown: await box.evaluate((input) => [...input.closest("section").querySelectorAll("[data-name]")].filter((item) => !item.hidden).map((item) => item.dataset.name)) };
    await box.fill("");
  }

  await page.emulateMedia({ media: "print", colorScheme: "light" });
  const pdf = await page.pdf({ format: "A4", printBackground: true });
  found.pdfBytes = pdf.length;
  if (folder) await writeFile(join(folder, "page.pdf"), pdf);
  console.log(JSON.stringify(found));
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}
