// What `metermock export` wrote before these tests (`pretest` in package.json), used without a mock.
import { expect, test } from '@playwright/test'
import { setupServer } from 'msw/node'

import { test as withFixtures } from '../exported/playwright/fixtures.js'
import { handlers, handlersFor } from '../exported/msw/handlers.js'

const HOME = 'http://usage.example'
const SUMMARY = `${HOME}/api/v1/usage/summary`
const STEADY = 'Bearer op_live_steady00000000000000000000000000'
const NEAR = 'Bearer op_live_nearLimit00000000000000000000000'

test.describe('handlers for MSW', () => {
  const server = setupServer(...handlers)
  test.describe.configure({ mode: 'serial' }) // one server in this process
  test.beforeAll(() => server.listen({ onUnhandledRequest: 'bypass' }))
  test.afterEach(() => server.resetHandlers())
  test.afterAll(() => server.close())

  const ask = (query, headers = {}) => fetch(SUMMARY + query, { headers })
  const used = async (reply) => (await (await reply).json()).data.credits.used

  test('choose by credential', async () => {
    expect(await used(ask('', { Authorization: STEADY }))).toBe(1594)
    expect(await used(ask('', { Authorization: NEAR }))).not.toBe(1594)
  })

  test('refuse who sends none, and who sends an unknown one', async () => {
    const none = await ask('')
    const unknown = await ask('?range=7d', { Authorization: 'Bearer op_live_nobody' })
    expect([none.status, unknown.status]).toEqual([401, 401])
  })

  test('tell values of a parameter apart, and take a default for left out', async () => {
    const days = async (query) => (await (await ask(query, { Authorization: STEADY })).json()).data.range
    expect(await days('?range=60d&timezone=UTC')).toBe('60d')
    expect(await days('?timezone=UTC&range=30d')).toBe('30d')
  })

  test('leave what was not exported to others', async () => {
    await expect(ask('?timezone=Asia/Tokyo', { Authorization: STEADY })).rejects.toThrow()
  })

  test('answer as one account, where that is chosen', async () => {
    server.use(...handlersFor({ account: 'empty', base: HOME }))
    expect(await used(ask('', { Authorization: STEADY }))).toBe(0)
    expect((await ask('', { Authorization: STEADY })).headers.get('Date')).toContain('18 Mar 2026')
  })
})

test('a HAR answers a page by its credential', async ({ page }) => {
  await page.route(`${HOME}/`, (route) => route.fulfill({ contentType: 'text/html', body: '<title>usage</title>' }))
  await page.routeFromHAR('exported/har/onepin.har', { url: `${HOME}/api/**`, notFound: 'abort' })
  await page.goto(`${HOME}/`)
  const used = (key) =>
    page.evaluate(
      async ([url, Authorization]) => (await (await fetch(url, { headers: { Authorization } })).json()).data.credits.used,
      [SUMMARY, key],
    )
  expect(await used(STEADY)).toBe(1594)
  expect(await used(NEAR)).not.toBe(1594)
})

withFixtures.describe('fixtures for Playwright', () => {
  withFixtures.use({ account: 'over-limit' })

  withFixtures('answer the usage page as the chosen account', async ({ page }) => {
    await page.clock.setFixedTime('2026-03-18T15:42:07Z')
    await page.goto('/')
    await expect(page.getByRole('alert')).toHaveText('Over the limit by 57,902. New credits on April 1.')
    await expect(page.getByRole('region', { name: 'Recent runs' }).getByRole('row').nth(1)).toBeVisible()
  })
})
