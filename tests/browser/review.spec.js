import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'

import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from '@playwright/test'

const folder = resolve('node_modules/.review')
const file = `${folder}/rules.html`
const document = `${folder}/parcels.openapi.yaml`
const learn = (...words) =>
  execFileSync('metermock', ['learn', '--har', `${folder}/parcels.har`, '--contract', document, '--quiet', ...words])
// A document and a recording of its API, as the tests in Python have them.
const RECORD = `
import json, pathlib, sys
from tests.learn import api
folder = pathlib.Path(sys.argv[1])
api.contract(folder)
(folder / "parcels.har").write_text(json.dumps(api.har()))
`

test.describe.configure({ mode: 'serial', timeout: 120_000 })

test.beforeAll(() => {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  execFileSync('python', ['-c', RECORD, folder], { cwd: '../..' })
  learn('--html', file, '-o', `${folder}/all.yaml`)
})

const asked = []
test.beforeEach(async ({ page }) => {
  asked.length = 0
  page.on('request', (request) => asked.push(request.url()))
  await page.goto(`file://${file}`)
})
test.afterEach(() => {
  expect(asked.filter((url) => !url.startsWith('file:'))).toEqual([])
})

const kept = (text) => text.split('\n').filter((line) => line && !line.startsWith('#')).map((line) => line.split(' ')[0])
const ticked = (page) => page.locator('input:checked').evaluateAll((boxes) => boxes.map((box) => box.value))

test('a review by mouse, by keyboard and by hand gives the file that --accept takes', async ({ page }) => {
  const boxes = page.getByRole('checkbox')
  const list = page.getByLabel('The list for --accept')
  expect(await boxes.count()).toBeGreaterThan(6)
  expect(kept(await list.inputValue())).toEqual([])

  await boxes.nth(0).click()
  await page.getByText('accept', { exact: true }).nth(2).click()
  await boxes.nth(3).focus()
  await page.keyboard.press('Space')
  await page.keyboard.press('Tab')
  expect(kept(await list.inputValue())).toEqual(await ticked(page))
  expect(await ticked(page)).toHaveLength(3)

  // A line that is changed by hand ticks its box, and stays when another one is ticked.
  const text = await list.inputValue()
  const fifth = await boxes.nth(5).getAttribute('value')
  await list.fill(text.replace(`# ${fifth}`, fifth))
  await expect(boxes.nth(5)).toBeChecked()
  await boxes.nth(0).click()
  expect(kept(await list.inputValue())).toEqual(await ticked(page))

  const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('save accepted.txt').click()])
  const accepted = `${folder}/${download.suggestedFilename()}`
  await download.saveAs(accepted)
  const ids = await ticked(page)
  expect(kept(readFileSync(accepted, 'utf-8'))).toEqual(ids)
  learn('--accept', accepted, '-o', `${folder}/accepted.yaml`)
  const written = readFileSync(`${folder}/accepted.yaml`, 'utf-8')
  const [rejected, rules] = [written.match(/x-rejected:\n(- .*\n)*/)[0], written.match(/id: LR-\w+/g)]
  expect(rules.map((line) => line.slice(4)).sort()).toEqual([...ids].sort())
  for (const id of ids) expect(rejected).not.toContain(id)
})

test('all are accepted and none by one button each, which keys reach', async ({ page }) => {
  const list = page.getByLabel('The list for --accept')
  await page.getByRole('button', { name: 'accept all' }).focus()
  await page.keyboard.press('Enter')
  expect(kept(await list.inputValue())).toHaveLength(await page.getByRole('checkbox').count())
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  expect(kept(await list.inputValue())).toEqual([])
})

test('axe has nothing against it, light and dark, wide and narrow, and nothing is wider than the window', async ({ page }) => {
  for (const [width, colorScheme] of [[1400, 'light'], [1400, 'dark'], [390, 'light'], [390, 'dark']]) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => [id, nodes[0].html])).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
    await page.screenshot({ path: `test-results/review-${width}-${colorScheme}.png` })
  }
})

test('without its script the list is read and changed by hand', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(`file://${file}`)
  await expect(page.getByLabel('The list for --accept')).toContainText('# LR-')
  await expect(page.getByRole('button')).toHaveCount(0)
  await context.close()
})
