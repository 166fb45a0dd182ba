// Checks an HTML report in a real Chromium: node report.mjs REPORT.html [BIG.html] [FOLDER FOR SCREENSHOTS]
// Every check is about the page as a reader meets it: filters, keys, links, search, width, themes, no request, no error.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";

const [report, big, shots] = process.argv.slice(2);
const address = `file://${resolve(report)}`;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"],
});

/** Opens the report, and fails on any console error and any request but the one for the page itself. */
const open = async (options = {}, at = address) => {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, ...options });
  const page = await context.newPage();
  const trouble = [];
  page.on("console", (message) => { if (message.type() === "error") trouble.push(message.text()); });
  page.on("pageerror", (error) => trouble.push(String(error)));
  page.on("request", (request) => { if (request.url().split("#")[0] !== at.split("#")[0]) trouble.push(`request ${request.url()}`); });
  await page.goto(at);
  return { page, context, done: async () => { await context.close(); assert.deepEqual(trouble, []); } };
};

const shown = (page) => page.locator(".card:visible").count();
const checks = [];
const check = (name, run) => checks.push([name, run]);

check("a filter shows the cards that have it, and no other", async () => {
  const { page, done } = await open();
  const all = await shown(page);
  await page.locator('button[data-name="altered"]').click();
  const verdicts = await page.locator(".card:visible").evaluateAll((cards) => cards.map((card) => card.dataset.verdict));
  assert.ok(verdicts.length > 0 && verdicts.length < all);
  assert.ok(verdicts.every((verdict) => verdict.split(" ").includes("altered")));
  await page.locator('button[data-action="reset"]').click();
  assert.equal(await shown(page), all);
  for (const button of await page.locator("button[data-filter]").all()) {
    await button.click();
    assert.ok(await shown(page) > 0, await button.getAttribute("data-name"));
    await button.click();
  }
  await done();
});

check("keys lead from card to card, to the search and to the help", async () => {
  const { page, done } = await open();
  await page.keyboard.press("j");
  const first = await page.locator(".card.on").getAttribute("id");
  await page.keyboard.press("j");
  assert.notEqual(await page.locator(".card.on").getAttribute("id"), first);
  await page.keyboard.press("k");
  assert.equal(await page.locator(".card.on").getAttribute("id"), first);
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "search");
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  assert.ok(await page.locator("dialog").isVisible());
  await page.keyboard.press("Escape");
  assert.ok(!(await page.locator("dialog").isVisible()));
  await done();
});

check("enter opens the source of the selected card", async () => {
  const { page, done, context } = await open();
  await page.evaluate(() => {
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a.open");
      if (link) { event.preventDefault(); document.title = link.href; }
    }, true);
  });
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  assert.match(await page.title(), /^https:/);
  assert.equal(context.pages().length, 1);
  await done();
});

check("a link selects its quotation, and selecting changes the link", async () => {
  const { page, done } = await open();
  const mark = page.locator(".text .q").last();
  const target = await mark.getAttribute("href");
  await mark.click();
  assert.equal(await page.evaluate(() => location.hash), target);
  assert.ok(await page.locator(target).isVisible());
  await done();
  const again = await open({}, `${address}${target}`);
  assert.ok(await again.page.locator(`.card.on ${target}, .card.on${target}`).count() > 0);
  await again.done();
});

check("a deep link brings its quotation into view on any screen", async () => {
  for (const width of [360, 1400]) {
    const { page, done } = await open({ viewport: { width, height: 800 } });
    for (const id of await page.locator(".quote").evaluateAll((quotes) => quotes.map((quote) => quote.id))) {
      // As one who opens the link in a new tab: nothing of the page was on screen before.
      await page.goto("about:blank");
      await page.goto(`${address}#${id}`);
      await page.waitForFunction((id) => {
        const { top } = document.getElementById(id).getBoundingClientRect();
        return top >= 0 && top < innerHeight - 40;
      }, id, { timeout: 5000 });
    }
    await done();
  }
});

check("a long quotation shows what differs before its whole wording", async () => {
  const { page, done } = await open();
  const quotes = await page.locator(".quote").evaluateAll((all) => all.map((quote) => {
    const whole = quote.querySelector(".compare:not(.close-up)");
    const closeUp = quote.querySelector(".close-up");
    const bytes = new TextEncoder().encode(whole.querySelector("dd").textContent).length;
    return {
      isLong: bytes > 600 && quote.querySelector(".badge").textContent.startsWith("altered"),
      hasCloseUp: closeUp !== null,
      isShorter: closeUp !== null && closeUp.textContent.length < whole.textContent.length,
      changed: [...(closeUp?.querySelectorAll("dd") ?? [])].map((side) => side.querySelectorAll(".changed").length),
    };
  }));
  assert.ok(quotes.every(({ isLong, hasCloseUp }) => hasCloseUp || !isLong));
  const closeUps = quotes.filter(({ hasCloseUp }) => hasCloseUp);
  assert.ok(closeUps.every(({ isShorter, changed }) => isShorter && changed.length === 2 && changed.every((n) => n > 0)));
  await done();
});

check("a search shows the cards that hold the words", async () => {
  const { page, done } = await open();
  const words = (await page.locator(".text .q").nth(3).textContent()).trim().split(/\s+/).slice(0, 4).join(" ");
  await page.locator("#search").fill(words.toUpperCase());
  const texts = await page.locator(".card:visible").evaluateAll((cards) => cards.map((card) => card.textContent.toLowerCase().replace(/\s+/g, " ")));
  assert.ok(texts.length > 0);
  assert.ok(texts.every((text) => text.includes(words.toLowerCase())));
  await page.locator("#search").fill("no report holds these words");
  assert.equal(await shown(page), 0);
  await done();
});

check("all content is there without scripts", async () => {
  const with_ = await open();
  const cards = await with_.page.locator(".card").count();
  await with_.done();
  const { page, done } = await open({ javaScriptEnabled: false });
  assert.equal(await page.locator(".card .body:visible").count(), cards);
  assert.ok(!(await page.locator(".filters").isVisible()));
  await done();
});

check("nothing is wider than the screen", async () => {
  for (const width of [360, 768, 1024, 1600]) {
    const { page, done } = await open({ viewport: { width, height: 800 } });
    for (const step of ["top", "open"]) {
      if (step === "open") await page.evaluate(() => document.querySelectorAll(".card").forEach((card) => card.classList.add("on")));
      const [scroll, client] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
      assert.ok(scroll <= client, `${scroll} > ${client} at ${width}`);
    }
    await done();
  }
});

check("axe finds no violation in either theme", async () => {
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [360, 1400]) {
      const { page, done } = await open({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
      await page.evaluate(axe);
      await page.evaluate(() => {
        document.querySelectorAll(".card").forEach((card) => card.classList.add("on"));
        document.querySelectorAll("details").forEach((details) => { details.open = true; });
      });
      const { violations } = await page.evaluate(() => window.axe.run());
      const told = violations.map((violation) => `${violation.id}: ${violation.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
      assert.deepEqual(told, [], `${colorScheme} ${width}`);
      await done();
    }
  }
});

check("print shows every body and no control", async () => {
  const { page, done } = await open();
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator(".card .body:visible").count(), await page.locator(".card").count());
  assert.ok(!(await page.locator(".bar").isVisible()));
  assert.ok(await page.locator(".sign").isVisible());
  for (const finding of await page.locator(".todo details li").all()) {
    assert.ok(await finding.evaluate((item) => item.checkVisibility({ contentVisibilityAuto: true })));
  }
  await done();
});

check("a large report answers a filter within 200 ms", async () => {
  if (!big) return;
  const { page, done } = await open({}, `file://${resolve(big)}`);
  // The best of three: what else the machine does is not the page's fault.
  const times = await page.evaluate(async () => {
    const settled = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    const times = [];
    for (const button of Array.from(document.querySelectorAll("button[data-filter]")).filter((_, i) => i % 6 === 0)) {
      let best = Infinity;
      for (let turn = 0; turn < 3; turn += 1) {
        const start = performance.now();
        button.click();
        await settled();
        best = Math.min(best, performance.now() - start);
        button.click();
        await settled();
      }
      times.push(best);
    }
    return times;
  });
  const worst = Math.max(...times);
  console.log(`   ${await page.locator(".card").count()} cards, slowest filter ${worst.toFixed(0)} ms`);
  assert.ok(worst < 200, `${worst} ms`);
  await done();
});

check("screenshots", async () => {
  if (!shots) return;
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [360, 1024, 1600]) {
      const { page, done } = await open({ colorScheme, viewport: { width, height: 900 } });
      await page.screenshot({ path: join(shots, `${colorScheme}-${width}.png`) });
      await page.locator(".text .q.bad").last().click();
      await page.waitForTimeout(1200);
      await page.screenshot({ path: join(shots, `${colorScheme}-${width}-selected.png`) });
      await done();
    }
  }
});

let failed = 0;
for (const [name, run] of checks.filter(([name]) => !process.env.ONLY || name.includes(process.env.ONLY))) {
  try {
    await run();
    console.log(`ok ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${name}\n${error.stack ?? error}`);
  }
}
await browser.close();
process.exit(failed === 0 ? 0 : 1);
