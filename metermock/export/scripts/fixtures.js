// Fixtures for Playwright: a `test` whose pages get the exported replies, without a server.
// Written by `metermock export`; the next export replaces it.

import { test as playwright } from '@playwright/test'

import { bodyOf, find } from './find.js'

// `test.use({ account: 'near-limit' })` makes all requests those of one account; without it, the credential that
// the page sends decides. `base` is the URL that stands before the contract's own paths. What was not exported goes
// on to the network.
export const test = playwright.extend({
  account: [undefined, { option: true }],
  base: [undefined, { option: true }],
  metermock: [
    async ({ context, account, base }, use) => {
      await context.route('**', async (route) => {
        const request = route.request()
        const headers = await request.allHeaders()
        const reply = find({ method: request.method(), url: request.url(), headers }, { account, base })
        if (reply === undefined) return route.fallback()
        const body = bodyOf(reply)
        await route.fulfill({
          status: reply.status,
          headers: Object.fromEntries(reply.headers),
          body: typeof body === 'string' ? body : Buffer.from(body),
        })
      })
      await use(undefined)
    },
    { auto: true },
  ],
})

export { expect } from '@playwright/test'
