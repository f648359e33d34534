/** Reads the environment, once, into one checked object; nothing else looks at environment variables. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { z } from 'zod'
import { developmentSecrets } from './development-secrets.ts'
import { settings, settingsSchema } from './settings.ts'

export { settings } from './settings.ts'

/** Durations are in seconds. */
export interface Config {
  readonly production: boolean
  /** Without a slash at its end. */
  readonly publicUrl: string
  /** Absolute. */
  readonly dataDir: string
  readonly http: {
    readonly host: string
    readonly port: number
    readonly trustProxy: false | number | readonly string[]
    /** Origins of other pages that may use the API with a login. */
    readonly corsOrigins: readonly string[]
    readonly csrf: 'origin' | 'token'
    /** By a page's own origin, the name of the backend that it was written for. */
    readonly pages: ReadonlyMap<string, string>
  }
  readonly database: {
    /** null is the embedded database, in `dataDir`. */
    readonly url: string | null
  }
  /** null where this is the only server. */
  readonly redis: { readonly url: string; readonly prefix: string } | null
  readonly tokens: {
    readonly accessSecret: string
    readonly refreshSecret: string
    readonly accessLifetime: number
    readonly refreshLifetime: number
  }
  readonly passwords: { readonly bcryptRounds: number; readonly minLength: number; readonly classes: number }
  readonly messages: {
    /** For how long a message may be edited; 0 is for ever. */
    readonly editWindow: number
  }
  readonly rateLimits: boolean
  readonly log: { readonly level: z.output<typeof settingsSchema>['LOG_LEVEL']; readonly pretty: boolean }
  readonly metrics: { readonly token: string | null }
  readonly shutdownGrace: number
}

/** The settings can't be used; the message lists every problem with its fix. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(
      `unable to start; ${problems.length === 1 ? 'a setting has' : `${problems.length} settings have`} a problem:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`,
    )
    this.name = 'ConfigError'
    this.problems = problems
  }
}

type Environment = Readonly<Record<string, string | undefined>>
type Present = Readonly<Record<string, string>>
type Values = z.output<typeof settingsSchema>

const unsupported: Readonly<Record<string, string>> = {
  MONGODB_URI:
    'Parley keeps its data in PostgreSQL or in its embedded database; bring a MongoDB over with the importer (parley import) and remove this variable',
  FCM_SERVER_KEY: 'Google has switched off the legacy FCM interface that takes a server key; remove this variable',
}

/** Drops what is absent (an empty string is) and reads secrets from the files that `*_FILE` variables name. */
function readPresent(env: Environment, problems: string[]): Present {
  const present: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) if (value?.trim()) present[name] = value.trim()
  for (const { name, secret } of settings) {
    const path = secret && present[`${name}_FILE`]
    if (!path) continue
    if (present[name]) {
      problems.push(`${name} and ${name}_FILE are both set; remove one of them`)
      continue
    }
    try {
      const value = readFileSync(path, 'utf8').trim()
      if (value) present[name] = value
      else problems.push(`${name}_FILE names ${path}, which is empty; write the secret into it`)
    } catch (error) {
      problems.push(`${name}_FILE names ${path}, which can't be read (${(error as Error).message}); correct the path or its permissions`)
    }
  }
  return present
}

function hasDefaultLook(secret: string): boolean {
  return /secret|change|default|example|password|your[-_]|openssl/i.test(secret) || new Set(secret).size < 8
}

function secretProblem(name: 'JWT_SECRET' | 'JWT_REFRESH_SECRET', present: Present): string | null {
  const secret = present[name]
  const fix = 'set it to the output of: openssl rand -base64 48'
  if (!secret) return present[`${name}_FILE`] ? null : `${name} is missing, and production has no default for it; ${fix}`
  if (secret.length < 32) return `${name} has ${secret.length} characters, too few to be safe; ${fix}`
  return hasDefaultLook(secret) ? `${name} looks like an example out of some documentation; ${fix}` : null
}

const isLoopback = (host: string) => host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host)

/** What no variable can know by itself. Looks at the text, so that it can speak even when another variable is malformed. */
function combinedProblems(present: Present): string[] {
  const production = present.NODE_ENV === 'production'
  const problems: (string | null)[] = Object.entries(unsupported).map(([name, why]) => (present[name] ? `${name} is set: ${why}` : null))
  const { CORS_ORIGIN: origins, FRONTEND_URL: alias, HOST: host, JWT_SECRET: secret } = present
  if (origins && alias && origins !== alias) problems.push('CORS_ORIGIN and FRONTEND_URL mean the same but differ; remove one of them')
  if (secret && secret === present.JWT_REFRESH_SECRET)
    problems.push('JWT_SECRET and JWT_REFRESH_SECRET are the same; make one of them anew')
  if (present.REDIS_URL && !present.DATABASE_URL && !present.DATABASE_URL_FILE)
    problems.push(
      'REDIS_URL is set, but the embedded database serves one server only; set DATABASE_URL to the PostgreSQL that all servers share, or remove REDIS_URL',
    )
  if (!production) {
    if (host && !isLoopback(host)) {
      problems.push(
        `HOST is ${host}, but without NODE_ENV=production the server shows its outbox and demo logins; write 127.0.0.1 or set NODE_ENV=production`,
      )
    }
    return problems.filter((problem) => problem !== null)
  }
  problems.push(secretProblem('JWT_SECRET', present), secretProblem('JWT_REFRESH_SECRET', present))
  if (present.RATE_LIMITS === 'off') problems.push('RATE_LIMITS is off, which production refuses; remove it')
  if (Number(present.BCRYPT_ROUNDS) < 10) problems.push('BCRYPT_ROUNDS is below 10, which production refuses; write 12')
  return problems.filter((problem) => problem !== null)
}

function build(values: Values, tokens: { readonly accessSecret: string; readonly refreshSecret: string }): Config {
  const production = values.NODE_ENV === 'production'
  return {
    production,
    publicUrl: values.PUBLIC_URL ?? `http://localhost:${values.PORT}`,
    dataDir: resolve(values.DATA_DIR),
    http: {
      host: values.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
      port: values.PORT,
      trustProxy: values.TRUST_PROXY,
      corsOrigins: values.CORS_ORIGIN ?? values.FRONTEND_URL ?? [],
      csrf: values.CSRF,
      pages: values.ORIGINS ?? new Map(),
    },
    database: { url: values.DATABASE_URL ?? null },
    redis: values.REDIS_URL === undefined ? null : { url: values.REDIS_URL, prefix: values.REDIS_PREFIX },
    tokens: { ...tokens, accessLifetime: values.JWT_EXPIRY, refreshLifetime: values.JWT_REFRESH_EXPIRY },
    passwords: { bcryptRounds: values.BCRYPT_ROUNDS, minLength: values.PASSWORD_MIN_LENGTH, classes: values.PASSWORD_CLASSES },
    messages: { editWindow: values.EDIT_WINDOW_SECONDS },
    rateLimits: values.RATE_LIMITS === 'on',
    log: { level: values.LOG_LEVEL, pretty: !production },
    metrics: { token: values.METRICS_TOKEN ?? null },
    shutdownGrace: values.SHUTDOWN_GRACE,
  }
}

/**
 * Checks the environment. In development, secrets that are not given are made and kept in the data directory.
 * @throws ConfigError that lists every problem at once
 */
export function loadConfig(env: Environment = process.env): Config {
  const problems: string[] = []
  const present = readPresent(env, problems)
  const parsed = settingsSchema.safeParse(present)
  for (const issue of parsed.error?.issues ?? []) {
    const problem = `${String(issue.path[0])} can't be used; ${issue.message}`
    if (!problems.includes(problem)) problems.push(problem)
  }
  problems.push(...combinedProblems(present))
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems)
  const { JWT_SECRET: accessSecret, JWT_REFRESH_SECRET: refreshSecret, DATA_DIR: dataDir } = parsed.data
  if (accessSecret && refreshSecret) return build(parsed.data, { accessSecret, refreshSecret })
  const made = developmentSecrets(join(resolve(dataDir), 'secrets.json'))
  if (typeof made === 'string') throw new ConfigError([made])
  return build(parsed.data, { accessSecret: accessSecret ?? made.accessSecret, refreshSecret: refreshSecret ?? made.refreshSecret })
}
