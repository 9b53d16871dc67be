// node shoot.mjs CHROMIUM SCENES.json PAGE.html FOLDER: one PNG for each scene and theme. Nothing is fetched from elsewhere.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [executablePath, scenes, html, folder] = process.argv.slice(2);
const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--allow-file-access-from-files"];
const browser = await chromium.launch({ executablePath, args });
try {
  const page = await browser.newPage({ viewport: { width: 640, height: 400 }, deviceScaleFactor: 1.5, timezoneId: "UTC", locale: "en-GB" });
  page.on("pageerror", (error) => { console.error(String(error)); process.exitCode = 1; });
  await page.route(/^https?:/, (route) => route.abort());
  for (const scene of JSON.parse(readFileSync(scenes, "utf8"))) {
    for (const theme of ["light", "dark"]) {
      await page.goto(pathToFileURL(html).href);
      await page.evaluate(([what, how]) => window.draw(what, how), [scene, theme]);
      await page.locator("#stage").screenshot({ path: `${folder}/${scene.name}-${theme}.png` });
    }
  }
} finally {
  await browser.close();
}
