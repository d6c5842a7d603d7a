import { defineConfig } from '@playwright/test'

// What a test edits while it is served.
export const EDITED = 'node_modules/.edited/edited.openapi.yaml'

// One metermock of the bundled contracts, one of a document alone, one of a file that is edited. Each takes a free port and prints it; the names in the
// patterns become environment variables.
export default defineConfig({
  testDir: '.',
  fullyParallel: true,
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 15_000 }, // a busy machine is slow, not broken
  forbidOnly: !!process.env.CI,
  webServer: [
    {
      command: 'metermock serve --port 0',
      wait: { stdout: /on (?<console>http:\/\/localhost:\d+)/ },
    },
    {
      command: 'metermock serve bare.openapi.yaml --port 0',
      wait: { stdout: /on (?<bare>http:\/\/localhost:\d+)/ },
    },
    {
      command: `mkdir -p node_modules/.edited && cp bare.openapi.yaml ${EDITED} && exec metermock serve ${EDITED} --watch --port 0`,
      wait: { stdout: /on (?<edited>http:\/\/localhost:\d+)/ },
    },
  ],
  use: {
    locale: 'en',
    timezoneId: 'UTC',
    // Unset, it is the Chromium that `npx playwright install chromium` brings.
    launchOptions: { executablePath: process.env.CHROMIUM },
  },
})
