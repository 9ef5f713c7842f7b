// The report in a real browser: opened from the disk and behind the strictest viewer's header, light
// and dark, on a desk and on a phone, with scripts off and without a single further request.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderHtml } from '../../src/report/html.ts';
import { sampleInput } from '../report/sample-result.ts';

const CHROMIUM = '/usr/bin/chromium';
const required = (process.env['BLOWBACK_REQUIRE'] ?? '').split(',').includes('browser');
const present = existsSync(CHROMIUM);
if (!present)
  console.log(`no ${CHROMIUM}: install the package chromium to test the report in a browser`);

interface Visit {
  readonly page: Page;
  readonly requests: string[];
  readonly complaints: string[];
}

it.runIf(required)('has the browser that this machine must have', () => {
  expect(present, `${CHROMIUM} is missing: install the package chromium`).toBe(true);
});

describe.runIf(present)('the report in a browser', () => {
  let folder: string;
  let file: string;
  let browser: Browser;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'blowback-report-'));
    file = join(folder, 'report.html');
    writeFileSync(file, renderHtml(sampleInput()));
    const quiet = ['background-networking', 'component-update', 'sync', 'gpu', 'quic'];
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', '--no-first-run', ...quiet.map((feature) => `--disable-${feature}`)],
    });
  });

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  async function visit(url: string, options: BrowserContextOptions): Promise<Visit> {
    const context = await browser.newContext({ javaScriptEnabled: false, ...options });
    const page = await context.newPage();
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(url);
    return { page, requests, complaints };
  }

  /** How far the widest element outside of a scrolling box reaches beyond the window. */
  async function overflow(page: Page): Promise<number> {
    return page.evaluate('document.documentElement.scrollWidth - window.innerWidth');
  }

  async function styleOf(page: Page, selector: string, property: string): Promise<string> {
    return page.evaluate(`getComputedStyle(document.querySelector('${selector}')).${property}`);
  }

  it.each([
    ['light', 1080],
    ['dark', 1080],
    ['light', 390],
    ['dark', 390],
  ] as const)('opens from the disk, %s, %d px wide', async (colorScheme, width) => {
    const url = pathToFileURL(file).href;
    const { page, requests, complaints } = await visit(url, {
      colorScheme,
      viewport: { width, height: 900 },
    });
    expect(requests).toEqual([url]);
    expect(complaints).toEqual([]);
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    const background = await styleOf(page, 'body', 'backgroundColor');
    expect(background).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(18, 22, 28)');
    expect(await page.locator('h1').textContent()).toContain('victim-rule');
    await page.context().close();
  });

  it('picks a variant out, and changes the theme, without scripts', async () => {
    const { page } = await visit(pathToFileURL(file).href, { colorScheme: 'light' });
    const opacity = (row: number) => styleOf(page, `.one tbody tr.p${row}`, 'opacity');
    expect(await opacity(0)).toBe('1');
    await page.locator('label[for=pick-1]').click();
    await expect.poll(() => opacity(0)).toBe('0.15');
    expect(await opacity(1)).toBe('1');
    await page.locator('label[for=theme-dark]').click();
    const background = await styleOf(page, 'body', 'backgroundColor');
    expect(background).toBe('rgb(18, 22, 28)');
    await page.context().close();
  });

  it('is whole on paper, in light colours', async () => {
    const { page } = await visit(pathToFileURL(file).href, { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    await page.setViewportSize({ width: 690, height: 1000 });
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    expect(await page.locator('.bar').isVisible()).toBe(false);
    expect((await page.pdf({ preferCSSPageSize: true })).length).toBeGreaterThan(10_000);
    await page.context().close();
  });

  it('keeps its charts and their colours where a viewer forbids styles and scripts', async () => {
    const policy =
      "sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'self'";
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.setHeader('content-security-policy', policy);
      response.end(renderHtml(sampleInput()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no address');
    const { page, requests } = await visit(`http://127.0.0.1:${address.port}/`, {
      viewport: { width: 1080, height: 900 },
    });
    expect(requests).toHaveLength(1);
    expect(await page.locator('form.bar').isVisible()).toBe(false);
    expect(await styleOf(page, 'path.d4', 'fill')).toBe('rgb(59, 10, 23)');
    expect(await page.locator('table.one').isVisible()).toBe(true);
    await page.context().close();
    server.close();
  });
});
