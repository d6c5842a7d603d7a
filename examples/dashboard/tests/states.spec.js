import { randomUUID } from 'node:crypto'

import { expect, test } from '@playwright/test'

const NOW = '2026-03-18T15:42:07Z' // metermock's clock, unless a request says `now`

/**
 * Open the page. `wanted` travels with every request, so that all tests share one server. The page's clock stands at
 * metermock's instant: "10 minutes ago" is true, and timers run when a test says so. With `null` it is the real one.
 */
async function open(page, wanted, now = NOW) {
  await page.setExtraHTTPHeaders({ 'X-Metermock': wanted })
  if (now) {
    await page.clock.install({ time: new Date(now) - 60_000 })
    await page.clock.pauseAt(now)
  }
  await page.goto('/')
}

const credits = (page) => page.getByRole('region', { name: 'Credits this month' })
const runs = (page) => page.getByRole('region', { name: 'Recent runs' })
const state = (page) => page.getByRole('status').first()
const problem = (page) => page.getByRole('alert')

test('normal', async ({ page }) => {
  await open(page, 'account=steady')
  await expect(credits(page)).toContainText('1,594 of 5,000')
  await expect(credits(page)).toContainText('3,406 left until April 1')
  await expect(state(page)).toHaveText('February 17 – March 18, UTC')
  await expect(page.getByRole('img', { name: 'most on March 12: 264' })).toBeVisible()
  await expect(runs(page).getByRole('row').nth(1)).toContainText('9 minutes ago')
  await expect(problem(page)).toHaveCount(0)
})

test('near the limit', async ({ page }) => {
  await open(page, 'account=near-limit')
  await expect(credits(page).getByRole('status')).toHaveText('Only 4,392 left until April 1')
  await expect(credits(page).getByRole('meter')).toHaveAttribute('aria-valuenow', '89')
})

test('over the limit', async ({ page }) => {
  await open(page, 'account=over-limit')
  await expect(problem(page)).toHaveText('Over the limit by 57,902. New credits on April 1.')
  await expect(credits(page).getByRole('meter')).toHaveAttribute('aria-valuenow', '100')
})

test('empty', async ({ page }) => {
  await open(page, 'account=empty')
  await expect(page.getByRole('heading', { name: 'Nothing has run yet' })).toBeVisible()
  await expect(credits(page)).toContainText('0 of 5,000')
  await expect(runs(page)).toBeHidden()
})

test('no limit', async ({ page }) => {
  await open(page, 'account=unlimited')
  await expect(credits(page)).toContainText('51,142')
  await expect(credits(page)).toContainText('No limit')
  await expect(credits(page).getByRole('meter')).toBeHidden()
})

test('an outage', async ({ page }) => {
  const now = '2026-03-13T16:30:00Z'
  await open(page, `account=outage, now="${now}"`, now)
  await expect(runs(page).getByRole('status')).toHaveText('Many runs fail: 63 of the last 95.')
})

test('refused', async ({ page }) => {
  await open(page, 'account=revoked')
  await expect(problem(page)).toContainText('Not signed in')
  await expect(problem(page)).toContainText(/Reference: [0-9a-f-]{36}/)
})

test('too many requests', async ({ page }) => {
  await open(page, 'code=429')
  await expect(problem(page)).toContainText('Too many requests')
  await expect(page.getByRole('timer')).toHaveText('Trying again in 53 s')
  await page.clock.runFor('00:10')
  await expect(page.getByRole('timer')).toHaveText('Trying again in 43 s')
})

test('a retry that ends well', async ({ page }) => {
  await open(page, `sequence="429,429,200"; session=${randomUUID()}`)
  for (const _ of [1, 2]) {
    await expect(page.getByRole('timer')).toHaveText('Trying again in 53 s')
    await page.clock.runFor('00:53')
  }
  await expect(credits(page)).toContainText('1,594 of 5,000')
  await expect(problem(page)).toHaveCount(0)
})

test('a failure of the server', async ({ page }) => {
  await open(page, 'code=500')
  await expect(problem(page)).toContainText('Something went wrong')
  await page.setExtraHTTPHeaders({})
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(credits(page)).toContainText('1,594 of 5,000')
})

test('slow', async ({ page }) => {
  await page.addInitScript(() => {
    // Noted in the page, since a busy machine may look too late.
    window.said = []
    new MutationObserver(() => {
      const text = document.querySelector('#state')?.textContent.trim()
      if (text && text !== window.said.at(-1)) window.said.push(text)
    }).observe(document, { childList: true, subtree: true })
    window.shift = 0
    const add = (list) => list.getEntries().forEach((entry) => (window.shift += entry.value))
    new PerformanceObserver(add).observe({ type: 'layout-shift' })
  })
  await open(page, 'delay=3000', null)
  await expect(credits(page)).toContainText('1,594 of 5,000')
  expect(await page.evaluate(() => window.said)).toEqual(['Loading …', 'Still loading …', 'February 17 – March 18, UTC'])
  expect(await page.evaluate(() => window.shift)).toBeLessThan(0.01)
})

test('no answer', async ({ page }) => {
  await open(page, 'fault=hang')
  await expect(state(page)).toHaveText('Loading …')
  await page.clock.runFor('00:10')
  await expect(problem(page)).toContainText('No answer')
})

test('broken JSON', async ({ page }) => {
  await open(page, 'fault=malformed')
  await expect(problem(page)).toContainText('Unreadable answer')
})

test('no connection', async ({ page }) => {
  await open(page, 'fault=reset')
  await expect(problem(page)).toContainText('No connection')
})

test('another day', async ({ page }) => {
  const now = '2026-12-31T23:30:00Z'
  await open(page, `account=near-limit, now="${now}"`, now)
  await expect(state(page)).toHaveText('December 2 – December 31, UTC')
  await expect(credits(page)).toContainText('left until January 1')
})

test.describe(() => {
  test.use({ timezoneId: 'Asia/Tokyo' })

  test('another zone', async ({ page }) => {
    await open(page, 'account=steady')
    await expect(state(page)).toHaveText('February 18 – March 19, Asia/Tokyo') // there it is 00:42 on the next day
    await expect(credits(page)).toContainText('1,594 of 5,000') // the month of the plan is not that of the reader
  })
})
