import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ConfigError, loadConfig, settings } from './config.ts'

const root = mkdtempSync(join(tmpdir(), 'parley-config-'))
afterAll(() => rmSync(root, { recursive: true }))

const one = 'Zk3vJ8tQwN5xLr2bYh7mCd9fGs4pAa6u'
const two = 'q7RtY2uIo9pLk4jHg6fDs3aZx8cVb5nM'
const development = { DATA_DIR: join(root, 'shared') }
const production = { NODE_ENV: 'production', JWT_SECRET: one, JWT_REFRESH_SECRET: two }

function problemsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    loadConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('what is read', () => {
  test('an empty environment is a development server on loopback', () => {
    const config = loadConfig(development)
    expect(config.http).toEqual({ host: '127.0.0.1', port: 3000, trustProxy: false, corsOrigins: [], csrf: 'origin', pages: new Map() })
    expect(config).toMatchObject({ production: false, publicUrl: 'http://localhost:3000', rateLimits: true, database: { url: null } })
    expect(config.tokens).toMatchObject({ accessLifetime: 900, refreshLifetime: 604_800 })
  })

  test('production listens on every address', () => {
    expect(loadConfig(production)).toMatchObject({ production: true, http: { host: '0.0.0.0' }, log: { pretty: false } })
  })

  test('durations become seconds', () => {
    const config = loadConfig({ ...development, JWT_EXPIRY: '90s', JWT_REFRESH_EXPIRY: '2h', SHUTDOWN_GRACE: '1m' })
    expect([config.tokens.accessLifetime, config.tokens.refreshLifetime, config.shutdownGrace]).toEqual([90, 7200, 60])
  })

  test('FRONTEND_URL is another name of CORS_ORIGIN, and a slash at the end does no harm', () => {
    const config = loadConfig({ ...development, FRONTEND_URL: 'https://a.example.org/, http://localhost:5173' })
    expect(config.http.corsOrigins).toEqual(['https://a.example.org', 'http://localhost:5173'])
  })

  test('ORIGINS says which backend a page was written for', () => {
    const { pages } = loadConfig({ ...development, ORIGINS: 'https://old.example/=streamify, http://localhost:5173=streamify' }).http
    expect(Object.fromEntries(pages)).toEqual({ 'https://old.example': 'streamify', 'http://localhost:5173': 'streamify' })
  })

  test.each([
    'https://old.example',
    'https://old.example=nonsense',
    'old.example=streamify',
    'https://old.example/path=streamify',
    '=',
    '*=streamify',
    'https://old.example=streamify=x',
  ])('ORIGINS=%s is refused with what to write', (text) => {
    expect(problemsOf({ ...development, ORIGINS: text })).toEqual([expect.stringMatching(/^ORIGINS can't be used; .*known are streamify/)])
  })

  test('an empty string counts as absent', () => {
    expect(loadConfig({ ...development, PORT: '', DATABASE_URL: ' ', CORS_ORIGIN: '' }).http.port).toBe(3000)
  })

  test.each([
    ['off', false],
    ['2', 2],
    ['10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']],
    ['loopback', ['loopback']],
  ])('TRUST_PROXY=%s', (text, expected) => {
    expect(loadConfig({ ...development, TRUST_PROXY: text }).http.trustProxy).toEqual(expected)
  })

  test('every setting is described once', () => {
    expect(new Set(settings.map((entry) => entry.name)).size).toBe(settings.length)
    for (const entry of settings) expect(entry.description.endsWith('.') || entry.description.includes('openssl')).toBe(true)
  })
})

describe('secrets', () => {
  test('in development they are made once, readable by the owner alone', () => {
    const dataDir = join(root, 'fresh')
    const first = loadConfig({ DATA_DIR: dataDir })
    expect(first.tokens.accessSecret).not.toBe(first.tokens.refreshSecret)
    expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600)
    expect(statSync(dataDir).mode & 0o777).toBe(0o700)
    expect(loadConfig({ DATA_DIR: dataDir }).tokens).toEqual(first.tokens)
  })

  test('a broken secrets file is named, with what to do', () => {
    const dataDir = join(root, 'broken')
    mkdirSync(dataDir)
    writeFileSync(join(dataDir, 'secrets.json'), '{')
    expect(problemsOf({ DATA_DIR: dataDir })[0]).toContain('remove it')
    expect(readFileSync(join(dataDir, 'secrets.json'), 'utf8')).toBe('{')
  })

  test('they are read from files, without the newline at the end', () => {
    const path = join(root, 'secret')
    writeFileSync(path, `${one}\n`)
    expect(loadConfig({ ...production, JWT_SECRET: undefined, JWT_SECRET_FILE: path }).tokens.accessSecret).toBe(one)
    expect(problemsOf({ ...production, JWT_SECRET_FILE: path })[0]).toContain('both set')
    expect(problemsOf({ ...production, JWT_SECRET: '', JWT_SECRET_FILE: join(root, 'absent') })).toEqual([
      expect.stringContaining("can't be read"),
    ])
  })

  test.each([
    ['missing', undefined],
    ['too few', 'short'],
    ['example', 'your-super-secret-jwt-key-change-in-production'],
    ['example', 'a'.repeat(64)],
  ])('production refuses one that is %s', (word, secret) => {
    expect(problemsOf({ ...production, JWT_SECRET: secret })).toEqual([expect.stringContaining(word)])
  })

  test('the two may not be the same', () => {
    expect(problemsOf({ ...production, JWT_REFRESH_SECRET: one })[0]).toContain('are the same')
  })
})

describe('what is refused', () => {
  test('every problem is listed at once, each with its fix', () => {
    const problems = problemsOf({
      NODE_ENV: 'production',
      PORT: 'eighty',
      JWT_EXPIRY: '15',
      CORS_ORIGIN: '*',
      DATABASE_URL: 'mysql://localhost',
      RATE_LIMITS: 'off',
      BCRYPT_ROUNDS: '9',
    })
    for (const name of [
      'PORT',
      'JWT_EXPIRY',
      'CORS_ORIGIN',
      'DATABASE_URL',
      'RATE_LIMITS',
      'BCRYPT_ROUNDS',
      'JWT_SECRET',
      'JWT_REFRESH_SECRET',
    ]) {
      expect(problems.filter((problem) => problem.startsWith(`${name} `))).toHaveLength(1)
    }
    expect(problems).toHaveLength(8)
    for (const problem of problems) expect(problem).toMatch(/; (write|remove|set)/)
  })

  test.each(['MONGODB_URI', 'FCM_SERVER_KEY'])('%s, in a sentence that says why', (name) => {
    expect(problemsOf({ ...development, [name]: 'x' })).toEqual([
      expect.stringMatching(new RegExp(`^${name} is set: .*remove this variable`)),
    ])
  })

  test('a Redis beside the embedded database, in a sentence that says why', () => {
    const REDIS_URL = 'redis://localhost:6379'
    expect(problemsOf({ ...development, REDIS_URL })).toEqual([
      expect.stringMatching(/^REDIS_URL is set, but the embedded database .*DATABASE_URL/),
    ])
    const DATABASE_URL = 'postgres://parley@localhost/parley'
    expect(loadConfig({ ...development, REDIS_URL, DATABASE_URL }).redis).toEqual({ url: REDIS_URL, prefix: 'parley' })
    expect(loadConfig({ ...development, DATABASE_URL }).redis).toBeNull()
  })

  test.each([
    { HOST: '0.0.0.0' },
    { TRUST_PROXY: 'true' },
    { TRUST_PROXY: '10.0.0.0/99' },
    { PORT: '65536' },
    { PUBLIC_URL: 'chat.example.org' },
    { CORS_ORIGIN: 'https://a.example.org/path' },
    { CORS_ORIGIN: 'https://a.example.org', FRONTEND_URL: 'https://b.example.org' },
    { REDIS_PREFIX: 'two words' },
    { PASSWORD_CLASSES: '5' },
    { EDIT_WINDOW_SECONDS: '-1' },
    { METRICS_TOKEN: 'short' },
    { LOG_LEVEL: 'loud' },
  ])('%o', (env) => {
    expect(problemsOf({ ...development, ...env })).toHaveLength(1)
  })
})
