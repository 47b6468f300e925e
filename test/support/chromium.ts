/** Debian's Chromium for tests of pages, driven as by `npm run test:platforms`. */
import { join } from 'node:path'
import { env } from 'node:process'
import { pathToFileURL } from 'node:url'
import { ROOT } from './child.js'

/** The part of Playwright's interface that tests use. Code for the page is text: the tests have no types of the DOM. */
export interface Browser {
  newContext(options: ContextOptions): Promise<Context>
  close(): Promise<void>
}

export interface ContextOptions {
  readonly viewport?: { readonly width: number; readonly height: number }
  readonly colorScheme?: 'light' | 'dark'
  readonly javaScriptEnabled?: boolean
}

/** A format of paper, or its size. */
export type PaperOptions = { readonly format: string } | { readonly width: string; readonly height: string }

export interface Context {
  newPage(): Promise<Page>
  close(): Promise<void>
}

export interface Page {
  on(event: 'console', use: (message: { text(): string }) => void): void
  on(event: 'pageerror' | 'dialog', use: (error: unknown) => void): void
  on(event: 'request', use: (request: { url(): string }) => void): void
  goto(url: string): Promise<unknown>
  evaluate<Result>(code: string): Promise<Result>
  emulateMedia(options: { readonly media?: 'print' | 'screen'; readonly colorScheme?: 'light' | 'dark' }): Promise<void>
  setViewportSize(size: { readonly width: number; readonly height: number }): Promise<void>
  pdf(options: PaperOptions): Promise<Uint8Array>
  screenshot(options: { readonly fullPage: boolean }): Promise<Uint8Array>
  readonly keyboard: { press(key: string): Promise<void> }
  readonly mouse: {
    move(x: number, y: number): Promise<void>
    down(): Promise<void>
    up(): Promise<void>
    click(x: number, y: number): Promise<void>
  }
}

const { hasChromium, openChromium }: { hasChromium: () => boolean; openChromium: () => Promise<Browser> } =
  await import(pathToFileURL(join(ROOT, 'scripts', 'platforms', 'chromium.mjs')).href)

export { hasChromium }

/** Tests that need Chromium. Where it is missing, one pending test says so; in CI it may not be missing. */
export function describeChromium(title: string, body: (this: Mocha.Suite, browser: () => Browser) => void): void {
  if (!hasChromium() && env.CI === undefined) {
    describe(title, () => it.skip('(Chromium is missing: on Debian, apt-get install chromium)'))
    return
  }
  describe(title, function () {
    let browser: Browser
    this.timeout(120_000)
    before(async () => {
      browser = await openChromium()
    })
    after(() => browser?.close())
    body.call(this, () => browser)
  })
}
