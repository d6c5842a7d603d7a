import { readFileSync, writeFileSync } from 'node:fs'

import { AxeBuilder } from '@axe-core/playwright'
import { expect, test } from '@playwright/test'

import { EDITED } from './playwright.config.js'

const mock = process.env.EDITED

test('a file with a mistake is told in a box that axe has nothing against, until it is mended', async ({ page }) => {
  const right = readFileSync(EDITED, 'utf-8')
  const box = page.getByRole('alert')
  const shown = (count) =>
    expect(async () => {
      await page.goto(mock)
      await expect(box).toHaveCount(count, { timeout: 100 })
    }).toPass()
  await shown(0)
  writeFileSync(EDITED, right.replace('paths:', `paths: [${'/a-path-without-an-end'.repeat(9)}`))
  await shown(1)
  await expect(box).toContainText('A file could not be read again. The mock goes on as it read it before.')
  await expect(box).toContainText(/edited\.openapi\.yaml:\d+/)
  for (const [width, colorScheme] of [[1400, 'light'], [390, 'dark'], [360, 'light']]) {
    await page.setViewportSize({ width, height: 900 })
    await page.emulateMedia({ colorScheme })
    const { violations } = await new AxeBuilder({ page }).analyze()
    expect(violations.map(({ id, nodes }) => [id, nodes[0].html])).toEqual([])
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
  }
  await page.screenshot({ path: 'test-results/mistake.png' })
  writeFileSync(EDITED, right)
  await shown(0)
})
