// Checks `citeaudit serve` in a real Chromium: node serve.mjs PROGRAM DOCUMENT RECORDING [FOLDER FOR SCREENSHOTS]
// A person hands a document in, watches it being checked, reads the report and sees its sources over time.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const [program, document, recording, shots] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const token = "a token that is long enough";

/** Starts the server; with a token if asked to. */
const serve = async (environment = {}) => {
  const data = mkdtempSync(join(tmpdir(), "citeaudit-serve-"));
  const child = spawn(program, ["serve", "--listen", "127.0.0.1:0", "--data", data, "--replay", recording],
    { env: { ...process.env, CITEAUDIT_TOKEN: undefined, ...environment }, stdio: ["ignore", "ignore", "pipe"] });
  const lines = createInterface({ input: child.stderr });
  const address = await new Promise((found, failed) => {
    lines.on("line", (line) => { if (line.startsWith("listening on ")) found(line.slice("listening on ".length)); });
    child.on("exit", () => failed(new Error("the server ended")));
  });
  return { address, end: async () => {
    const ended = new Promise((done) => child.on("exit", done));
    child.kill("SIGINT");
    await ended;
    rmSync(data, { recursive: true, force: true });
  } };
};

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
});

/** Opens a page, and fails on any console error and any request that leaves the server. */
const open = async (address, options = {}) => {
  const { origin } = new URL(address);
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const trouble = [];
  page.on("console", (message) => { if (message.type() === "error") trouble.push(message.text()); });
  page.on("pageerror", (error) => trouble.push(String(error)));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== origin && !request.url().startsWith("data:")) trouble.push(`request ${request.url()}`);
  });
  await page.goto(address);
  return { page, context, trouble, done: async () => { await context.close(); assert.deepEqual(trouble, []); } };
};

const shot = async (page, name) => { if (shots) await page.screenshot({ path: join(shots, `serve-${name}.png`), fullPage: true }); };

const fits = async (page) => {
  const [scroll, client] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(scroll <= client, `${scroll} > ${client}`);
};

const name = basename(document);
const server = await serve();
const checks = [];
const check = (title, run) => checks.push([title, run]);

check("a document is handed in, watched, and its report read", async () => {
  const { page, done } = await open(server.address);
  await shot(page, "empty");
  await page.locator("#file").setInputFiles(document);
  await page.locator("#upload button").click();
  await page.waitForURL(/\/documents\/[0-9a-f]{16}$/);
  await page.locator("text=Read the report").waitFor();
  assert.match(await page.locator(".lead").textContent(), /error/);
  await shot(page, "document");
  await page.locator("text=Read the report").click();
  await page.waitForURL(/\/report$/);
  assert.ok(await page.locator(".card").count() > 5);
  const all = await page.locator(".card:visible").count();
  await page.locator('button[data-name="altered"]').click();
  assert.ok(await page.locator(".card:visible").count() < all);
  await page.keyboard.press("j");
  assert.ok(await page.locator(".card.on").count() > 0);
  await done();
});

check("the timeline shows a look at every source, and a second after checking again", async () => {
  const { page, done } = await open(server.address);
  await page.locator(".documents .name").click();
  const sources = await page.locator(".timeline > li").count();
  assert.ok(sources > 5);
  assert.ok(await page.locator(".look-mark").count() > 5);
  await page.locator(".timeline summary").first().click();
  assert.ok(await page.locator(".looks li").first().isVisible());
  await page.evaluate(() => { window.old = true; });
  await page.locator('button[data-action="check"]').click();
  await page.waitForFunction(() => !window.old);
  assert.equal(await page.locator(".timeline > li").count(), sources);
  await shot(page, "timeline");
  await done();
});

check("progress is told while a check runs", async () => {
  const { page, done } = await open(server.address);
  const url = await page.locator(".documents .name").getAttribute("href");
  const events = await page.evaluate(async (url) => {
    const answer = await fetch(`${url}/check`, { method: "POST" });
    if (answer.status !== 202) return [String(answer.status)];
    return new Promise((told) => {
      const seen = [];
      const source = new EventSource(`${url}/events`);
      for (const kind of ["waiting", "checking", "finished", "failed"]) {
        source.addEventListener(kind, (event) => {
          seen.push(`${kind} ${event.data}`);
          if (kind === "finished" || kind === "failed") { source.close(); told(seen); }
        });
      }
    });
  }, url);
  assert.match(events.at(-1), /^finished/);
  assert.ok(events.length > 1, events.join("\n"));
  await done();
});

check("what cannot be read is told where the person is", async () => {
  const { page, trouble, context } = await open(server.address);
  await page.locator("#file").setInputFiles({ name: "a.png", mimeType: "image/png", buffer: Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "latin1") });
  await page.locator("#upload button").click();
  await page.locator("#upload .said", { hasText: "cannot read" }).waitFor();
  await context.close();
  assert.ok(trouble.every((line) => line.includes("422")), trouble.join("\n"));
});

check("another page can neither read nor act", async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route("http://evil.example/**", (route) => route.fulfill({ contentType: "text/html", body: "<h1>evil</h1>" }));
  await page.goto("http://evil.example/");
  const tried = await page.evaluate(async (address) => {
    const told = async (run) => { try { return String((await run()).status); } catch { return "refused"; } };
    return [
      await told(() => fetch(`${address}/`)),
      await told(() => fetch(`${address}/documents?name=evil.txt`, { method: "POST", body: "evil" })),
    ];
  }, server.address);
  assert.deepEqual(tried, ["refused", "refused"]);
  await page.evaluate((address) => fetch(`${address}/documents?name=evil.txt`, { method: "POST", body: "evil", mode: "no-cors" }).catch(() => {}), server.address);
  await page.goto(server.address);
  assert.equal(await page.locator("text=evil.txt").count(), 0);
  await context.close();
});

check("with a token a person logs in", async () => {
  const own = await serve({ CITEAUDIT_TOKEN: token });
  try {
    const { page, context } = await open(own.address);
    assert.match(await page.locator("h1").textContent(), /Log in/);
    await shot(page, "login");
    await page.locator("#token").fill(token);
    await page.locator("button").click();
    await page.locator("h1", { hasText: "Documents" }).waitFor();
    await context.close();
  } finally {
    await own.end();
  }
});

check("nothing is wider than the screen, and axe finds no violation in either theme", async () => {
  const { page: list, context } = await open(server.address);
  const url = await list.locator(".documents .name").getAttribute("href");
  await context.close();
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [360, 1200]) {
      for (const path of ["", url, "/login"]) {
        const { page, done } = await open(`${server.address}${path}`, { colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
        await page.evaluate(() => document.querySelectorAll("details").forEach((details) => { details.open = true; }));
        await fits(page);
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => window.axe.run());
        const told = violations.map((violation) => `${violation.id}: ${violation.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
        assert.deepEqual(told, [], `${path} ${colorScheme} ${width}`);
        await shot(page, `${path.startsWith("/documents") ? "document" : path.slice(1) || "home"}-${colorScheme}-${width}`);
        await done();
      }
    }
  }
});

let failed = 0;
for (const [title, run] of checks.filter(([title]) => !process.env.ONLY || title.includes(process.env.ONLY))) {
  try {
    await run();
    console.log(`ok ${title}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${title}\n${error.stack ?? error}`);
  }
}
await browser.close();
await server.end();
process.exit(failed === 0 ? 0 : 1);
