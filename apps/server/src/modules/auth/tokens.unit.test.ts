import { createHmac, generateKeyPairSync } from 'node:crypto'
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { newId } from '../../core/ids.ts'
import { createTokens } from './tokens.ts'

const start = Date.UTC(2030, 0, 1)
const settings = {
  accessSecret: 'a secret of the access tokens, long',
  refreshSecret: 'another of the refresh tokens, long',
  accessSeconds: 900,
}
const subject = { userId: newId(), sessionId: newId() }
const sessionEnds = new Date(start + 7 * 86_400_000)

function tokensAt(now: number, changed: Partial<typeof settings> = {}) {
  return createTokens({ ...settings, ...changed }, { now: () => now })
}

const key = new TextEncoder().encode(settings.accessSecret)
const good = { sid: subject.sessionId, sub: subject.userId, iss: 'parley', aud: 'parley', exp: start / 1000 + 900 }
const signed = (claims: JWTPayload, alg = 'HS256', secret: Parameters<SignJWT['sign']>[0] = key, header = {}) =>
  new SignJWT(claims).setProtectedHeader({ alg, ...header }).sign(secret)
const without = (claim: keyof typeof good): JWTPayload => Object.fromEntries(Object.entries(good).filter(([name]) => name !== claim))
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
/** What no library signs. */
function byHand(header: object, payload: string, secret = settings.accessSecret): string {
  const content = `${encoded(header)}.${payload}`
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`
}

describe('an access token', () => {
  test('made by hand with the right key, algorithm and claims is read, so each refusal below has one reason', async () => {
    expect(await tokensAt(start).read(await signed(good))).toEqual(subject)
  })

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const forgeries: Record<string, () => string | Promise<string>> = {
    'algorithm none': () => new UnsecuredJWT(good).encode(),
    'algorithm none, spelled otherwise': async () => `${encoded({ alg: 'nOnE' })}.${encoded(good)}.`,
    'a good signature, its header changed to none': async () =>
      [encoded({ alg: 'none' }), ...(await signed(good)).split('.').slice(1)].join('.'),
    'HS384 with the right secret': () => signed(good, 'HS384'),
    'HS512 with the right secret': () => signed(good, 'HS512'),
    'RS256 with a key of its own': () => signed(good, 'RS256', rsa.privateKey),
    'an RS256 header over an HS256 signature': async () =>
      [encoded({ alg: 'RS256' }), ...(await signed(good)).split('.').slice(1)].join('.'),
    'a key of its own in the header': () =>
      signed(good, 'RS256', rsa.privateKey, { kid: '../../dev/null', jwk: rsa.publicKey.export({ format: 'jwk' }) }),
    'another secret': () => signed(good, 'HS256', new TextEncoder().encode('some other secret, just as long as it')),
    'the secret of the refresh tokens': () => signed(good, 'HS256', new TextEncoder().encode(settings.refreshSecret)),
    'an empty secret': () => byHand({ alg: 'HS256' }, encoded(good), ''),
    'another issuer': () => signed({ ...good, iss: 'somebody' }),
    'no issuer': () => signed(without('iss')),
    'another audience': () => signed({ ...good, aud: 'parley-reset' }),
    'no audience': () => signed(without('aud')),
    'an expiry in the past': () => signed({ ...good, exp: start / 1000 - 1 }),
    'no expiry': () => signed(without('exp')),
    'a start in the future': () => signed({ ...good, nbf: start / 1000 + 60 }),
    'no session': () => signed(without('sid')),
    'no user': () => signed(without('sub')),
    'a session that is no id': () => signed({ ...good, sid: "' or true --" }),
    'a session that is an object': () => signed({ ...good, sid: { $ne: null } }),
    'a critical header nobody knows': () => byHand({ alg: 'HS256', crit: ['trust'], trust: true }, encoded(good)),
    'an unencoded payload': () => byHand({ alg: 'HS256', crit: ['b64'], b64: false }, JSON.stringify(good)),
    'a payload that is no object': () => byHand({ alg: 'HS256' }, encoded([good])),
    'a payload that is no JSON': () => byHand({ alg: 'HS256' }, Buffer.from([0xff, 0x00]).toString('base64url')),
    'an expiry that is text': () => byHand({ alg: 'HS256' }, encoded({ ...good, exp: '9999999999' })),
    'a header that is no JSON': () => `e30x.${encoded(good)}.x`,
    'four parts': async () => `${await signed(good)}.x`,
    'no parts': () => 'token',
    nothing: () => '',
  }
  test.each(Object.entries(forgeries))('with %s is nobody', async (_what, forge) => {
    expect(await tokensAt(start).read(await forge())).toBeNull()
  })

  test('is good until its last second and not after', async () => {
    const token = await tokensAt(start).access(subject, sessionEnds)
    expect(await tokensAt(start + 899_000).read(token)).toEqual(subject)
    expect(await tokensAt(start + 900_000).read(token)).toBeNull()
  })

  test('never outlives its session', async () => {
    const token = await tokensAt(start).access(subject, new Date(start + 10_000))
    expect(await tokensAt(start + 9_000).read(token)).toEqual(subject)
    expect(await tokensAt(start + 10_000).read(token)).toBeNull()
  })
})

test('a session token is read like an access token, as long as the session', async () => {
  const token = await tokensAt(start).session(subject, sessionEnds)
  expect(await tokensAt(sessionEnds.getTime() - 1000).read(token)).toEqual(subject)
  expect(await tokensAt(sessionEnds.getTime()).read(token)).toBeNull()
})

describe('a refresh token', () => {
  const tokens = tokensAt(start)
  const genuine = tokens.refresh(subject.sessionId, 7)

  test('names its session and generation, and is the same whenever it is derived', () => {
    expect(tokens.readRefresh(genuine)).toEqual({ sessionId: subject.sessionId, generation: 7 })
    expect(tokensAt(start + 1e9).refresh(subject.sessionId, 7)).toBe(genuine)
  })

  const [id, generation, mac] = genuine.split('.') as [string, string, string]
  test.each([
    ['the next generation under this one’s signature', `${id}.8.${mac}`],
    ['a generation written otherwise', `${id}.07.${mac}`],
    ['a negative generation', `${id}.-7.${mac}`],
    ['a huge generation', `${id}.${'9'.repeat(400)}.${mac}`],
    ['another session', `${Buffer.alloc(16).toString('base64url')}.${generation}.${mac}`],
    ['a session id cut short', `${id.slice(0, 10)}.${generation}.${mac}`],
    ['a signature cut short', `${id}.${generation}.${mac.slice(0, -1)}`],
    ['no signature', `${id}.${generation}.`],
    ['another part behind it', `${genuine}.x`],
    ['the same bytes in another spelling', `${id}=.${generation}.${mac}`],
    ['an access token in its place', encoded({ alg: 'HS256' })],
    ['letters outside ASCII', `${id}.${generation}.${'ä'.repeat(mac.length)}`],
    ['nothing', ''],
  ])('with %s is forged', (_what, token) => {
    expect(tokens.readRefresh(token)).toBeNull()
  })

  test('derived with another secret is forged', () => {
    expect(tokensAt(start, { refreshSecret: settings.accessSecret }).readRefresh(genuine)).toBeNull()
  })
})
