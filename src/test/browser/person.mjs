import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const QUIET = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** What the test has said on standard input, where no other process of the machine reads the passwords. */
export const input = JSON.parse(readFileSync(0, "utf8"));

/** Opens a Chromium that knows nothing yet, and closes it when the work on its page has ended. */
export async function withPage(work) {
  const profile = mkdtempSync(join(tmpdir(), "salus-browser-"));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: input.chromium,
    headless: true,
    chromiumSandbox: false,
    args: QUIET,
  });
  browser.setDefaultTimeout(60_000);
  try {
    return await work(await browser.newPage());
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

/** Signs in, picks the patient where one is searched for, unticks one scope where one is dropped, and allows the rest. */
export async function allow(page) {
  await page.fill("input[name=username]", input.username);
  await page.fill("input[name=password]", input.password);
  await page.press("input[name=password]", "Enter");
  if (input.search) {
    await page.fill("#text", input.search);
    await page.press("#text", "Enter");
    await page.check(`input[name=patient][value="${input.patient}"]`);
  }
  if (input.drop) {
    await page.uncheck(`input[name=scope][value="${input.drop}"]`);
  }
  await page.click("button[name=decision][value=allow]");
}
