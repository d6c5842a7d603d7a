import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from '@playwright/test'

// Playwright names the servers' addresses in capitals.
const { CONSOLE: mock, BARE: bare } = process.env
const account = (contract, name, more = '') => `${mock}/_metermock/account?contract=${contract}&account=${name}${more}`
const PAGES = {
  onepin: () => `${mock}/?contract=onepin`,
  essarion: () => `${mock}/?contract=essarion`,
  zkscore: () => `${mock}/?contract=zkscore`,
  'a document alone': () => `${bare}/`,
  'an account': () => account('onepin', 'over-limit'),
  'a refused credential': () => account('zkscore', 'revoked'),
  'a chosen error with a fault': () => account('glyphnet', 'steady', '&code=429&fault=drop&delay=50'),
  'rules': () => `${mock}/_metermock/rules?contract=onepin`,
  'documentation': () => `${mock}/onepin/docs`,
}

// What no page may have: a word on the browser's console, a request to elsewhere.
const faults = []

function watch(page) {
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && faults.push(message.text()))
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url())
    if (![mock, bare].includes(origin) && protocol !== 'data:') faults.push(`outside: ${request.url()}`)
  })
}

async function look(page) {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.map(({ id, nodes }) => [id, nodes[0].html])
}

test.beforeEach(({ page }) => {
  faults.length = 0
  watch(page)
})
test.afterEach(() => {
  expect(faults).toEqual([])
})

for (const [name, url] of Object.entries(PAGES)) {
  test(`${name}: axe finds nothing, wide and narrow, light and dark, and nothing sticks out`, async ({ page }) => {
    for (const [width, colorScheme] of [[1400, 'light'], [390, 'dark']]) {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme })
      await page.goto(url())
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
      expect(await look(page)).toEqual([])
    }
    await page.setViewportSize({ width: 360, height: 900 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
  })
}

test('tabs lead from contract to contract, cards to their accounts, by keyboard', async ({ page }) => {
  await page.goto(mock)
  await page.getByRole('navigation', { name: 'Contracts' }).getByRole('link', { name: 'glyphnet' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('GlyphNet usage')
  await page.getByRole('link', { name: 'near-limit' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('near-limit')
})

test('the first Tab skips to the content', async ({ page }) => {
  await page.goto(mock)
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to the content' })).toBeFocused()
})

test('a credential and a curl line can be copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto(`${mock}/?contract=glyphnet`)
  await page.getByRole('button', { name: 'Copy the credential of near-limit' }).click()
  await expect(page.getByRole('status')).toHaveText('Copied.')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('X-API-Key: gn_live_nearLimit6Wz3Mk8')

  await page.getByText('curl as near-limit').click()
  await page.getByRole('button', { name: 'Copy the curl line of near-limit' }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^curl -H 'X-API-Key: .* http:/)
})

test('cards draw what the ledger counts, and say it in words', async ({ page }) => {
  await page.goto(`${mock}/?contract=glyphnet`)
  const card = page.getByRole('listitem').filter({ has: page.getByRole('link', { name: 'over-limit', exact: true }) })
  await expect(card.getByRole('img')).toHaveAccessibleName(/calls, last 30 days, 2026-02-17 to 2026-03-18: [\d,]+ in all/)
  await expect(card).toContainText('of 1,000')
})

test('without script everything is there but the buttons that need it', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  watch(page)
  await page.goto(account('onepin', 'steady'))
  await expect(page.getByRole('button', { name: 'Copy' })).toHaveCount(0)
  await page.getByLabel('Status').selectOption('429')
  await page.getByRole('button', { name: 'Show the reply' }).click()
  await expect(page.getByRole('region', { name: 'Reply' })).toContainText('429')
  await expect(page.getByText('curl -H')).toBeVisible()
  await context.close()
})

test('choices change the reply, and the address keeps them', async ({ page }) => {
  await page.goto(account('onepin', 'steady'))
  await page.getByLabel('Instant').fill('2026-01-08T12:00:00Z')
  await page.getByLabel('timezone').fill('Asia/Tokyo')
  await page.getByRole('button', { name: 'Show the reply' }).click()
  const reply = page.getByRole('region', { name: 'Reply' })
  await expect(reply).toContainText('"timezone": "Asia/Tokyo"')
  await expect(reply).toContainText('"timestamp": "2026-01-08')
  await page.reload()
  await expect(page.getByLabel('Instant')).toHaveValue('2026-01-08T12:00:00Z')
  await page.getByLabel('Operation').selectOption({ index: 1 })
  await expect(page).toHaveURL(/operation=(?!getUsageSummary)/)
})

test('an account, a status and its code are chosen and copied by keyboard alone', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.goto(account('onepin', 'steady'))
  await page.getByLabel('Account').focus()
  await page.keyboard.type('near')
  await page.getByLabel('Status').focus()
  await page.keyboard.type('429')
  await page.getByRole('button', { name: 'Show the reply' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('near-limit')
  await expect(page.getByRole('region', { name: 'Reply' })).toContainText('429')
  await page.locator('summary', { hasText: /^fetch$/ }).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('status')).toHaveText('Copied.')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^const reply = await fetch/)
})

test('every rule has a verdict on the reply', async ({ page }) => {
  await page.goto(account('onepin', 'steady'))
  const rule = page.getByRole('listitem').filter({ hasText: 'the daily characters add up to characters.total' })
  await expect(rule).toContainText('kept')
  await expect(page.getByRole('listitem').filter({ hasText: 'broken' })).toHaveCount(0)
})

test('the request can be sent from the page, with its delay', async ({ page }) => {
  await page.goto(account('essarion', 'steady', '&delay=300'))
  await page.getByRole('button', { name: 'Send it from here' }).click()
  await expect(page.getByText(/^200: \d+ bytes after (3|[4-9]|\d\d)\d{2,} ms\.$/)).toBeVisible()
})

test('the documentation tries requests out as the chosen account', async ({ page }) => {
  await page.goto(`${mock}/onepin/docs`)
  await page.getByLabel('Try requests out as').selectOption('near-limit')
  await page.getByRole('button', { name: /GET.*usage.summary/ }).click()
  const sent = page.waitForRequest(/usage\/summary/)
  await page.getByRole('button', { name: 'Execute' }).click()
  expect((await sent).headers().authorization).toContain('nearLimit')
})
