import { expect, test } from 'vitest'
import type { HttpExchange } from '../../core/call.ts'
import { newId } from '../../core/ids.ts'
import { createCsrf } from './csrf.ts'
import { createTokens } from './tokens.ts'

const settings = { accessSecret: 'a'.repeat(40), refreshSecret: 'b'.repeat(40), accessSeconds: 900, refreshSeconds: 86_400 }
const clock = { now: () => Date.UTC(2030, 0, 1) }
const tokens = createTokens(settings, clock)
const csrf = createCsrf(tokens, settings)
const ends = new Date(clock.now() + 86_400_000)

function browser(cookies: Record<string, string> = {}) {
  const http: HttpExchange = {
    header: () => undefined,
    cookie: (name) => cookies[name],
    loopback: true,
    setCookie: (name, value) => {
      cookies[name] = value
    },
  }
  return { http, cookies }
}

async function loggedInBrowser() {
  const subject = { userId: newId(), sessionId: newId() }
  return browser({ token: await tokens.session(subject, ends), refreshToken: tokens.refresh(subject.sessionId, 0) })
}

test('a token is good in the session that asked for it, and in no other', async () => {
  const mine = await loggedInBrowser()
  const others = await loggedInBrowser()
  const token = await csrf.issue(mine.http)
  expect(await csrf.accepts({ token, cookies: mine.cookies })).toBe(true)
  expect(await csrf.accepts({ token, cookies: others.cookies })).toBe(false)
})

test('a visitor without a session is told apart by a cookie of their own', async () => {
  const visitor = browser()
  const token = await csrf.issue(visitor.http)
  expect(await csrf.accepts({ token, cookies: visitor.cookies })).toBe(true)
  expect(await csrf.accepts({ token, cookies: browser().cookies })).toBe(false)
  expect(await csrf.accepts({ token, cookies: { csrf: 'planted' } })).toBe(false)
})

test('a token from before the login is not good after it', async () => {
  const visitor = browser()
  const token = await csrf.issue(visitor.http)
  const { cookies } = await loggedInBrowser()
  expect(await csrf.accepts({ token, cookies: { ...visitor.cookies, ...cookies } })).toBe(false)
})

test('the refresh cookie alone names the session as well, so that a page can refresh after its session token expired', async () => {
  const { http, cookies } = await loggedInBrowser()
  const token = await csrf.issue(http)
  expect(await csrf.accepts({ token, cookies: { refreshToken: cookies.refreshToken } })).toBe(true)
})

test('missing, cut and invented tokens are refused', async () => {
  const { http, cookies } = await loggedInBrowser()
  const token = await csrf.issue(http)
  for (const wrong of [undefined, '', '.', token.slice(0, -1), `${token}x`, `x${token}`, 'x'.repeat(token.length), 'ä'.repeat(20)]) {
    expect(await csrf.accepts({ token: wrong, cookies }), String(wrong)).toBe(false)
  }
})
