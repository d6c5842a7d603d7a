import { defineConfig } from '@playwright/test'

// One metermock and one Vite for all tests. Each takes a free port and prints it; the names in the patterns become
// environment variables, which Vite (VITE_USAGE_API, for the page) and the tests (PAGE) read.
export default defineConfig({
  testDir: 'tests',
  fullyParallel: true,
  workers: 4,
  timeout: 60_000,
  expect: { timeout: 15_000 }, // a busy machine is slow, not broken
  forbidOnly: !!process.env.CI,
  webServer: [
    {
      command: 'metermock serve onepin --port 0',
      wait: { stdout: /on (?<vite_usage_api>http:\/\/localhost:\d+)/ },
    },
    {
      command: 'vite --port 0',
      wait: { stdout: /Local: +(?<page>http:\/\/localhost:\d+)/ },
    },
  ],
  use: {
    baseURL: process.env.PAGE,
    locale: 'en',
    timezoneId: 'UTC',
    // Unset, it is the Chromium that `npx playwright install chromium` brings.
    launchOptions: { executablePath: process.env.CHROMIUM },
  },
})
