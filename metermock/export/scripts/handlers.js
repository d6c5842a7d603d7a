// Handlers for Mock Service Worker 2: `setupServer(...handlers)` or `setupWorker(...handlers)`.
// Written by `metermock export`; the next export replaces it.

import { http, HttpResponse } from 'msw'

import { bodyOf, find } from './find.js'
import { replies } from './replies.js'

// A request is answered as the account whose credential it sends. What was not exported is not answered: MSW
// says so, by its `onUnhandledRequest`. `account` makes all requests those of one account.
export function handlersFor({ account, base } = {}) {
  const methods = [...new Set(replies.map((each) => each.method.toLowerCase()))]
  return methods.map((method) =>
    http[method](/.*/, ({ request }) => {
      const { method, url } = request
      const reply = find({ method, url, headers: Object.fromEntries(request.headers) }, { account, base })
      if (reply === undefined) return undefined
      return new HttpResponse(withoutBody(reply) ? null : bodyOf(reply), {
        status: reply.status,
        headers: reply.headers,
      })
    }),
  )
}

function withoutBody({ status }) {
  return status === 204 || status === 205 || status === 304
}

export const handlers = handlersFor()
