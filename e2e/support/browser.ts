import AxeBuilder from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const executablePath = process.env['QUAYMASTER_CHROMIUM'] ?? '/usr/bin/chromium';

export const launchBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });

/** Hosts of the lab come and go as network interfaces of the browser's own computer; it then asks again. */
const ofTheLab = /net::ERR_NETWORK_CHANGED/;

/** A browser window of one person. Collects what the browser complains about: a test ends with `expectQuiet`. */
export class Person {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly #complaints: string[] = [];

  private constructor(context: BrowserContext, page: Page) {
    this.context = context;
    this.page = page;
    page.on('console', (message) => {
      if (message.type() === 'error') this.#complaints.push(`console: ${message.text()} at ${page.url()}`);
    });
    page.on('pageerror', (error) => this.#complaints.push(`page error: ${error.message} at ${page.url()}`));
  }

  static async open(browser: Browser, baseURL: string): Promise<Person> {
    const context = await browser.newContext({
      baseURL,
      viewport: { width: 1280, height: 900 },
      acceptDownloads: true,
    });
    context.setDefaultTimeout(30_000);
    return new Person(context, await context.newPage());
  }

  async signIn(email: string, password: string): Promise<void> {
    await this.page.goto('/sign-in');
    await this.page.getByLabel('Email address').fill(email);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.waitForURL(/\/t\//);
  }

  /** Serious faults of the page as it is now, as axe sees them. */
  async accessibilityFaults(): Promise<string[]> {
    const { violations } = await new AxeBuilder({ page: this.page }).analyze();
    return violations
      .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
      .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(' ')).join(', ')}`);
  }

  /** What the browser complained about, less the answers that a test provoked. */
  complaints(provoked: readonly RegExp[] = []): string[] {
    const expected = [ofTheLab, ...provoked];
    return this.#complaints.filter((complaint) => !expected.some((pattern) => pattern.test(complaint)));
  }
}
