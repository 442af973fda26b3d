// What the programs share: arguments, steps, a browser, and what every page must hold to.
// A program must never print a key or a password.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Reads `--name VALUE` pairs; every one is required. */
export function given(...names) {
  const options = Object.fromEntries(names.map(name => [name, { type: 'string' }]));
  const { values } = parseArgs({ options, strict: false });
  for (const name of names) assert.ok(values[name], `--${name} is missing`);
  return values;
}

/** Announces what is about to be tried and says how long it took. */
export async function step(title, work) {
  const started = performance.now();
  process.stdout.write(`- ${title} ... `);
  try {
    await work();
  } catch (error) {
    console.log('FAILED');
    throw error;
  }
  console.log(`${Math.round(performance.now() - started)} ms`);
}

/** Runs `work` with a browser that keeps nothing. */
export async function withBrowser(executablePath, work) {
  const folder = mkdtempSync(join(tmpdir(), 'keyward-browser-'));
  // Chromium's own sandbox refuses to run for the superuser, who runs tests on build servers.
  const args = process.getuid() === 0 ? [...FLAGS, '--no-sandbox'] : FLAGS;
  const env = { ...process.env, HOME: folder };
  const browser = await chromium.launch({ executablePath, args, env });
  try {
    await work(browser);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A page of a visitor of its own; whatever the browser complains about fails the program. */
export async function visitor(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', error => complaints.push(String(error)));
  page.on('console', message => {
    // The browser notes every refused page; those are expected and checked by their status.
    const expected = message.text().includes('the server responded with a status of 4');
    if (message.type() === 'error' && !expected) complaints.push(message.text());
  });
  return { page, context, complaints };
}

/** Signs in with the form. */
export async function signIn(page, control, email, password) {
  await page.goto(`${control}/console/sign-in`);
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Projects' }).waitFor();
}

/** Waits until something holds, and fails if it does not within a minute. */
export async function until(what, holds) {
  const end = performance.now() + 60_000;
  while (!await holds()) {
    assert.ok(performance.now() < end, `${what} did not come`);
    await new Promise(resolve => setTimeout(resolve, 250));
  }
}

/** How much of what was seen has moved since the page came, by the browser's own measure. */
async function shifted(page) {
  return page.evaluate(() => new Promise(resolve => {
    let sum = 0;
    const add = entries => {
      for (const { value, hadRecentInput } of entries) if (!hadRecentInput) sum += value;
    };
    const observer = new PerformanceObserver(list => add(list.getEntries()));
    observer.observe({ type: 'layout-shift', buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => {
      add(observer.takeRecords());
      resolve(sum);
    }));
  }));
}

/** Fails unless Tab reaches everything, in the order of the page, and shows where it is. */
export async function walkByKeyboard(page, name) {
  const inputs = 'button, input:not([type=hidden]), select, textarea';
  const all = `a[href], ${inputs}, summary, [tabindex="0"]`;
  const wanted = await page.locator(all).evaluateAll(elements => {
    const open = elements.filter(one => !one.disabled && one.checkVisibility());
    open.forEach((one, place) => { one.dataset.place = String(place); });
    document.activeElement?.blur();
    return open.length;
  });
  assert.ok(wanted > 3, `${name} has nothing to reach`);
  const reached = [];
  for (let presses = 0; presses < wanted * 4 && reached.length < wanted; presses += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const one = document.activeElement;
      const { outlineStyle, outlineWidth } = getComputedStyle(one);
      const shown = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
      return { place: one.dataset.place, shown, what: one.outerHTML.slice(0, 120) };
    });
    if (at.place === undefined) continue;
    assert.ok(at.shown, `${name}: nobody sees that the focus is on ${at.what}`);
    const place = Number(at.place);
    if (!reached.includes(place)) reached.push(place);
  }
  const order = [...reached].sort((one, other) => one - other);
  assert.deepEqual(reached, order, `${name}: the focus jumps`);
  assert.equal(reached.length, wanted, `${name}: Tab does not reach everything`);
}

/** Fails if the page has a serious flaw of accessibility, or does not fit a phone. */
export async function inspect(page, name, pictures) {
  const moved = await shifted(page);
  assert.ok(moved < 0.01, `${name}: what is seen has moved by ${moved}`);
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    // Evaluated by the driver: the page's own policy would not let a foreign script in.
    await page.evaluate(`(() => { const module = undefined; ${AXE} })()`);
    const { violations } = await page.evaluate(() => window.axe.run());
    const grave = violations.filter(({ impact }) => ['serious', 'critical'].includes(impact));
    const told = grave.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 200)}`);
    assert.deepEqual(told, [], `${name} in ${colorScheme}`);
    if (pictures) {
      mkdirSync(pictures, { recursive: true });
      await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`), fullPage: true });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  const assets = await page.locator('link[rel=stylesheet], script[src]').evaluateAll(
    all => all.map(({ href, src }) => href ?? src),
  );
  let bytes = Buffer.byteLength(await page.content());
  for (const asset of assets) bytes += (await (await page.request.get(asset)).body()).length;
  assert.ok(bytes < 60_000, `${name} weighs ${bytes} bytes`);
  const size = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 740 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 360, `${name} is ${wide} px wide on a phone`);
  const hidden = await page.locator('.scroll:has(.stacked)').evaluateAll(
    all => all.map(one => one.scrollWidth - one.clientWidth).filter(beyond => beyond > 0),
  );
  assert.deepEqual(hidden, [], `${name}: a table that is stacked on a phone goes beyond it`);
  if (pictures) {
    await page.screenshot({ path: join(pictures, `${name}-phone.png`), fullPage: true });
  }
  await page.setViewportSize(size);
}

/** The last line of every program: the driver looks for it. */
export function finish() {
  console.log('all steps passed');
  process.exit(0);
}
