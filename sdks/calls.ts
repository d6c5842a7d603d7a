// Calls the mock through the clients of @hey-api/openapi-ts: each operation, with each documented status.
// run.py copies this beside the generated clients and compiles it with them. It prints a line for each call that
// gave what the document says. The URL is that of the documents.

import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'

import * as essarion from './hey-api/essarion'
import * as glyphnet from './hey-api/glyphnet'
import * as onceonly from './hey-api/onceonly'
import * as onepin from './hey-api/onepin'
import * as zkscore from './hey-api/zkscore'

type Account = { contract: string; account: string; credential: Record<string, string> }
type Reply = { data?: unknown; error?: unknown; response?: Response }
type Ask = (auth: string) => Promise<Reply>
type Case = [status: number, account: string, ask: Ask]

// More than any plan used here may send in a minute, twice over.
const MOST_CALLS = 200

const NOBODY = '7d1f3b0a-52c8-4e96-b7aa-0c6e2f9d1845'
const ELSEWHERE = { 'X-Workspace-Id': '0b7c9d52-6a1e-4f38-8f0c-94d1a2e6b370' }
const developer = { timeframe: '7d', granularity: 'day', includeBreakdown: false } as const

const cases: Record<string, Case[]> = {
  'essarion getAccountUsage': [
    [200, 'steady', (auth) => essarion.getAccountUsage({ auth })],
    [401, 'expired', (auth) => essarion.getAccountUsage({ auth })],
  ],
  'glyphnet getOrganizationUsage': [
    [200, 'steady', (auth) => glyphnet.getOrganizationUsage({ auth, query: { start_date: '2026-03-02' } })],
    [
      400,
      'steady',
      (auth) => glyphnet.getOrganizationUsage({ auth, query: { start_date: '2026-03-03', end_date: '2026-03-02' } }),
    ],
    [401, 'revoked', (auth) => glyphnet.getOrganizationUsage({ auth })],
    [403, 'without-scope', (auth) => glyphnet.getOrganizationUsage({ auth })],
    [429, 'empty', (auth) => glyphnet.getOrganizationUsage({ auth })],
  ],
  'onceonly getMonthlyUsage': [
    [200, 'steady', (auth) => onceonly.getMonthlyUsage({ auth, query: { kind: 'ai' } })],
    [401, 'steady', () => onceonly.getMonthlyUsage()],
    [403, 'disabled', (auth) => onceonly.getMonthlyUsage({ auth })],
    // @ts-expect-error: no member of the enumeration is refused, so this case sends what the types forbid.
    [422, 'steady', (auth) => onceonly.getMonthlyUsage({ auth, query: { kind: 'tokens' } })],
    [429, 'empty', (auth) => onceonly.getMonthlyUsage({ auth })],
  ],
  'onceonly getAllMonthlyUsage': [
    [200, 'steady', (auth) => onceonly.getAllMonthlyUsage({ auth })],
    [401, 'steady', () => onceonly.getAllMonthlyUsage()],
    [403, 'disabled', (auth) => onceonly.getAllMonthlyUsage({ auth })],
    [429, 'empty', (auth) => onceonly.getAllMonthlyUsage({ auth })],
  ],
  'onepin getUsageSummary': [
    [200, 'steady', (auth) => onepin.getUsageSummary({ auth, query: { range: '60d' } })],
    [401, 'revoked', (auth) => onepin.getUsageSummary({ auth })],
    [403, 'other-workspace', (auth) => onepin.getUsageSummary({ auth, headers: ELSEWHERE })],
    [422, 'steady', (auth) => onepin.getUsageSummary({ auth, query: { timezone: 'Nowhere/Else' } })],
    [429, 'empty', (auth) => onepin.getUsageSummary({ auth })],
  ],
  'onepin getUsageByLanguage': [
    [200, 'steady', (auth) => onepin.getUsageByLanguage({ auth, query: { activity_view: 'weekly' } })],
    [401, 'revoked', (auth) => onepin.getUsageByLanguage({ auth })],
    [403, 'other-workspace', (auth) => onepin.getUsageByLanguage({ auth, headers: ELSEWHERE })],
    [422, 'steady', (auth) => onepin.getUsageByLanguage({ auth, query: { timezone: 'Nowhere/Else' } })],
    [429, 'empty', (auth) => onepin.getUsageByLanguage({ auth })],
  ],
  'onepin listUsageActivity': [
    [200, 'steady', (auth) => onepin.listUsageActivity({ auth, query: { limit: 2 } })],
    [401, 'revoked', (auth) => onepin.listUsageActivity({ auth })],
    [403, 'other-workspace', (auth) => onepin.listUsageActivity({ auth, headers: ELSEWHERE })],
    [404, 'steady', (auth) => onepin.listUsageActivity({ auth, query: { user_id: NOBODY } })],
    [422, 'steady', (auth) => onepin.listUsageActivity({ auth, query: { limit: 0 } })],
    [429, 'empty', (auth) => onepin.listUsageActivity({ auth })],
  ],
  'zkscore getDeveloperUsage': [
    [200, 'steady', (auth) => zkscore.getDeveloperUsage({ auth, query: developer })],
    [400, 'steady', (auth) => zkscore.getDeveloperUsage({ auth, query: { offset: -1 } })],
    [401, 'revoked', (auth) => zkscore.getDeveloperUsage({ auth })],
    [403, 'without-scope', (auth) => zkscore.getDeveloperUsage({ auth })],
    [404, 'steady', (auth) => zkscore.getDeveloperUsage({ auth, query: { keyId: 'key_of_nobody' } })],
    [429, 'empty', (auth) => zkscore.getDeveloperUsage({ auth })],
  ],
}

// What the call gave instead of the documented reply, or the empty text.
async function fault([status, , ask]: Case, auth: string): Promise<string> {
  let last = 0
  for (let call = 0; call < (status === 429 ? MOST_CALLS : 1); call++) {
    const { data, error, response } = await ask(auth)
    last = response?.status ?? 0
    if (last === status) {
      const [wanted, other] = status < 300 ? [data, error] : [error, data]
      const empty = wanted === undefined || isDeepStrictEqual(wanted, {}) || typeof wanted !== 'object'
      return empty || other !== undefined ? `data ${JSON.stringify(data)}, error ${JSON.stringify(error)}` : ''
    }
  }
  return `status ${last}`
}

async function main(): Promise<void> {
  const { accounts }: { accounts: Account[] } = JSON.parse(readFileSync('mock.json', 'utf8'))
  for (const [operation, calls] of Object.entries(cases)) {
    const contract = operation.split(' ')[0]
    for (const call of calls) {
      const found = accounts.find((account) => account.contract === contract && account.account === call[1])
      const wrong = await fault(call, Object.values(found?.credential ?? {})[0] ?? '')
      if (wrong) {
        console.error(`${operation} ${call[0]}: ${wrong}`)
        process.exitCode = 1
      } else {
        console.log(`${operation} ${call[0]}`)
      }
    }
  }
}

void main()
