// Finds the reply to a request among those of replies.js, by method, path, credential and query.
// Written by `metermock export`; the next export replaces it.

import { defaults, replies } from './replies.js'

// `request` has a method, a url, and headers in lower case. `account` chooses whose reply it is, whatever
// credential is sent; `base` is the URL or path that stands before the contract's own paths.
export function find(request, { account, base } = {}) {
  const url = new URL(request.url, 'http://localhost')
  const sent = sentWith(request, url)
  const here = replies.filter((each) => each.method === request.method && isPath(url, each.path, base))
  const longest = Math.max(...here.map((each) => each.path.length))
  const asked = here.filter((each) => each.path.length === longest)
  const whose = account === undefined ? byCredential(asked, sent) : asked.filter((each) => each.account === account)
  const keys = asked.flatMap(({ credentials }) => credentials.filter(({ place }) => place === 'query'))
  const query = [...url.searchParams].filter(([name]) => !keys.some((key) => key.name === name))
  return whose.find((each) => each.refused || told(each.query, each) === told(query, each))
}

function isPath(url, path, base) {
  if (base === undefined) return url.pathname.endsWith(path)
  const prefix = new URL(base, url)
  return url.origin === prefix.origin && url.pathname === prefix.pathname.replace(/\/$/, '') + path
}

function sentWith(request, url) {
  const cookies = {}
  for (const pair of (request.headers.cookie ?? '').split('; ')) {
    const place = pair.indexOf('=')
    if (place > 0) cookies[pair.slice(0, place)] = pair.slice(place + 1)
  }
  const read = {
    header: (name) => request.headers[name.toLowerCase()],
    cookie: (name) => cookies[name],
    query: (name) => url.searchParams.get(name) ?? undefined,
  }
  return ({ place, name }) => read[place](name)
}

// The replies of the account whose whole credential is sent; of those with several parts, the one with the most.
// Where nobody has the credential that is sent, those of a stranger; where none is sent, those of nobody.
function byCredential(asked, sent) {
  const known = asked.filter(({ account }) => account !== nobody && account !== stranger)
  const fitting = known.filter((each) => each.credentials.every((part) => sent(part) === part.value))
  const most = Math.max(...fitting.map((each) => each.credentials.length))
  if (fitting.length) return fitting.filter((each) => each.credentials.length === most)
  const isSent = known.some((each) => each.credentials.some((part) => sent(part) !== undefined))
  return asked.filter(({ account }) => account === (isSent ? stranger : nobody))
}

const nobody = 'no-credential'
const stranger = 'unknown-credential'

// What a query says, in whatever order, and whether a default is spelled out or not.
function told(query, { operation }) {
  const usual = defaults[operation].map(String)
  return JSON.stringify(query.filter((pair) => !usual.includes(String(pair))).sort())
}

// The body of a reply as bytes: it is kept as the mock has sent it.
export function bodyOf(reply) {
  if (reply.text !== undefined) return reply.text
  return Uint8Array.from(atob(reply.base64), (character) => character.charCodeAt(0))
}
