import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

const browserPath = '/usr/bin/chromium';
/** Pictures are in everybody's checkout for ever. */
const mostBytes = 150_000;

export function whyNoBrowser(): string | null {
  return existsSync(browserPath) ? null : `${browserPath} is missing. Install it: apt-get install chromium`;
}

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
}

/** Writes what the page shows, or a part of it, and says how large the file is. */
export async function takePicture(options: {
  readonly page: Page;
  readonly path: string;
  readonly fullPage?: true;
  readonly clip?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}): Promise<void> {
  const { page, path, ...part } = options;
  mkdirSync(dirname(path), { recursive: true });
  await page.screenshot({ path, animations: 'disabled', ...part });
  const { size } = statSync(path);
  console.log(`${path}: ${(size / 1000).toFixed(0)} KB`);
  if (size > mostBytes) throw new Error(`${path} has ${size} bytes; at most ${mostBytes}. Make its window smaller.`);
}
