// Opens a page in headless Chromium and prints what a reader, a checker of accessibility and a printer find there.
//
//   cd .firedrill/browser && node ../../tools/browser/open.mjs PAGE.html [PICTURES [PART]]
//
// The packages are those of the current folder (tools/browser/install.py). Prints one JSON object: requests, console, violations (axe-core), and overflow (by the screen, in pixels). In the folder
// PICTURES it leaves wide.png, narrow.png, dark.png and print.pdf; top.png is the
// begin of the page and part.png the element that the selector PART names, without what it has to open. The browser is CHROMIUM, else what
// npm's @sparticuz/chromium unpacks into TMPDIR.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const installed = createRequire(join(process.cwd(), "package.json"));
const { chromium } = installed("playwright-core");
const [page_file, pictures, part] = process.argv.slice(2);
const SCREENS = {
  wide: { width: 1280, height: 900 },
  narrow: { width: 390, height: 844 },
  dark: { width: 1280, height: 900, colorScheme: "dark" },
  print: { width: 718, height: 1016, media: "print" }, // A4 within its margins of 14 mm
};

async function launched() {
  const packed = async () => (await import(pathToFileURL(installed.resolve("@sparticuz/chromium")))).default.executablePath();
  // its own arguments put all of it into one process, which ends with its first window
  return chromium.launch({ executablePath: process.env.CHROMIUM || (await packed()), args: ["--no-sandbox", "--disable-gpu"] });
}

const url = pathToFileURL(page_file).href;
const axe = readFileSync(installed.resolve("axe-core/axe.min.js"), "utf8");
const found = { requests: [], console: [], violations: [], overflow: {} };
const browser = await launched();
try {
  for (const [name, { width, height, colorScheme = "light", media = "screen" }] of Object.entries(SCREENS)) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme, bypassCSP: true });
    const page = await context.newPage();
    page.on("request", (request) => request.url().split("#")[0] === url || found.requests.push(request.url()));
    page.on("console", (message) => found.console.push(message.text()));
    page.on("pageerror", (error) => found.console.push(String(error)));
    await page.emulateMedia({ media });
    await page.goto(url);
    const wider = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    found.overflow[name] = await wider();
    if (pictures && media === "screen") await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
    await page.evaluate(() => document.querySelectorAll("details").forEach((each) => (each.open = true)));
    found.overflow[`${name}, all open`] = await wider();
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => axe.run({ resultTypes: ["violations"] }));
    for (const { id, impact, nodes } of violations)
      found.violations.push({ screen: name, id, impact, at: nodes.slice(0, 3).map((node) => node.html.slice(0, 200)) });
    if (name === "wide" && pictures) {
      await page.reload();
      if (part) {
        await page.setViewportSize({ width: 1040, height: 440 });
        await page.screenshot({ path: join(pictures, "top.png") });
        const { x, y, width, height } = await page.locator(part).boundingBox();
        const details = await page.locator(`${part} .more-of`).boundingBox();
        const clip = { x, y, width, height: details ? details.y - y : height };
        await page.screenshot({ path: join(pictures, "part.png"), fullPage: true, clip });
      }
      await page.pdf({ path: join(pictures, "print.pdf"), format: "A4", preferCSSPageSize: true, printBackground: true });
    }
    await context.close();
  }
} finally {
  await browser.close();
}
process.stdout.write(`${JSON.stringify(found, null, 1)}\n`);
