import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'

import { expect, test } from '@playwright/test'
import { setupServer } from 'msw/node'

// What an account's page offers to copy is run as it stands there, and answered as the page shows.
const { CONSOLE: mock } = process.env
const CASES = [
  ['glyphnet', 'near-limit', ''],
  ['onepin', 'steady', '&code=429'],
  ['onceonly', 'quiet', '&now=2026-01-08T12:00:00Z&seed=7'],
  ['essarion', 'quiet', ''], // a cookie
  ['zkscore', 'steady', ''],
  ['onepin', 'huge', '&operation=listUsageActivity&of=listUsageActivity&p.limit=100'], // too long for a handler
]

/** Open an account's page; return its code by label, and the reply that it shows. */
async function opened(page, [contract, account, more]) {
  await page.goto(`${mock}/_metermock/account?contract=${contract}&account=${account}${more}`)
  const code = {}
  for (const each of await page.locator('.snippets details').all()) {
    code[await each.locator('summary').textContent()] = await each.locator('pre').textContent()
  }
  const reply = page.getByRole('region', { name: 'Reply' })
  const url = (await reply.locator('code').first().textContent()).split(' ')[1]
  return { code, url, status: Number(await reply.locator('.badge').textContent()) }
}

for (const each of CASES) {
  test(`the code of ${each.join(' ').trim()} runs as it stands: fetch, Playwright, MSW`, async ({ page, request }, info) => {
    const { code, url, status } = await opened(page, each)

    await test.step('fetch, in a page', async () => {
      if (code.fetch.includes('Sign in first')) await page.goto(`${mock}/${each[0]}/sign-in/${each[1]}`)
      const got = await page.evaluate(`(async () => { ${code.fetch}\nreturn { status: reply.status, body } })()`)
      expect(got.status).toBe(status)
      expect(Object.keys(got.body).length).toBeGreaterThan(0)
    })

    await test.step('a test of Playwright', async () => {
      const [first, ...rest] = code.Playwright.split('\n')
      expect(first).toBe("import { test, expect } from '@playwright/test'")
      const found = []
      new Function('test', 'expect', rest.join('\n'))((name, run) => found.push(run), expect)
      expect(found).toHaveLength(1)
      await found[0]({ request })
    })

    await test.step('a handler of MSW', async () => {
      expect(code.MSW.includes('bypass')).toBe(each[1] === 'huge')
      const file = info.outputPath('handlers.mjs')
      await writeFile(file, code.MSW)
      const { handlers } = await import(pathToFileURL(file))
      const preferred = each[2].split('&').filter((one) => /^(code|now|seed)=/.test(one))
      const headers = { 'X-Metermock': [`account=${each[1]}`, ...preferred].join(', ') }
      const wanted = await (await request.get(url, { headers })).json()
      const server = setupServer(...handlers)
      server.listen({ onUnhandledRequest: 'error' })
      try {
        const reply = await fetch(`http://vendor.example${url.slice(mock.length)}`)
        expect(reply.status).toBe(status)
        expect(stable(await reply.json())).toEqual(stable(wanted))
      } finally {
        server.close()
      }
    })
  })
}

/** A body without ids of requests, which differ between the credential and the account that is named. */
function stable(body) {
  return JSON.parse(JSON.stringify(body, (key, value) => (/^request_?id$/i.test(key) ? undefined : value)))
}
