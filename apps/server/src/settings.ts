/** Every environment variable that the server reads: how it is checked, and how the documentation describes it. */
import { isIP } from 'node:net'
import { z } from 'zod'
import { origins, pages, webUrl } from './web-addresses.ts'

interface Facts {
  readonly description: string
  /** In words where it depends on something; null where the setting is simply absent. */
  readonly default: string | null
  readonly example: string
  /** Is never printed, and may be read from the file that the variable with `_FILE` behind its name points to. */
  readonly secret?: true
}

const facts = new WeakMap<z.ZodType, Facts>()

function setting<T extends z.ZodType>(schema: T, described: Facts): T {
  facts.set(schema, described)
  return schema
}

function whole(min: number, max: number, fallback: number) {
  const fix = `write a whole number from ${min} to ${max}, for example ${fallback}`
  return z.string().regex(/^\d+$/, fix).transform(Number).pipe(z.number().min(min, fix).max(max, fix)).default(fallback)
}

const unitSeconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** `90s`, `15m`, `12h` or `7d`; the result is in seconds. */
function duration(fallback: number) {
  const fix = 'write a whole number and its unit, s, m, h or d, for example 90s, 15m, 12h or 7d'
  return z
    .string()
    .regex(/^[1-9]\d{0,6}[smhd]$/, fix)
    .transform((text) => Number(text.slice(0, -1)) * (unitSeconds[text.slice(-1)] ?? 1))
    .default(fallback)
}

function choice<const Options extends readonly [string, ...string[]]>(options: Options, fallback: Options[number]) {
  return z.enum(options, `write one of ${options.join(', ')}`).default(fallback)
}

const proxyNames = ['loopback', 'linklocal', 'uniquelocal']

function isProxyAddress(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return proxyNames.includes(text)
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
}

/** false, how many proxies there are in front, or who they are: what Fastify's trustProxy takes. */
const trustProxy = z
  .string()
  .refine(
    (text) => text === 'off' || /^[1-9]\d?$/.test(text) || text.split(',').every((part) => isProxyAddress(part.trim())),
    'write off, the number of proxies in front of the server (1), or their addresses (10.0.0.0/8, comma separated); trusting everybody is not possible, because then anybody can pretend any address',
  )
  .transform((text): false | number | string[] => {
    if (text === 'off') return false
    return /^\d+$/.test(text) ? Number(text) : text.split(',').map((part) => part.trim())
  })
  .default(false)

const postgresUrl = z
  .string()
  .refine(
    (text) => /^postgres(ql)?:$/.test(URL.parse(text)?.protocol ?? ''),
    'write a PostgreSQL URL, for example postgres://parley:password@localhost:5432/parley, or remove it to use the embedded database',
  )

const redisUrl = z
  .string()
  .refine(
    (text) => /^rediss?:$/.test(URL.parse(text)?.protocol ?? ''),
    'write a Redis URL, for example redis://localhost:6379, or remove it to run one server',
  )

export const settingsSchema = z.object({
  NODE_ENV: setting(choice(['development', 'production', 'test'], 'development'), {
    description: 'With production the server listens for the world, refuses weak secrets and hides the outbox and the demo links.',
    default: 'development',
    example: 'production',
  }),
  PORT: setting(whole(0, 65_535, 3000), { description: 'The port to listen on; 0 takes a free one.', default: '3000', example: '8080' }),
  HOST: setting(z.string().optional(), {
    description: 'The address to listen on. Outside production only a loopback address is accepted.',
    default: '127.0.0.1 in development, 0.0.0.0 in production',
    example: '0.0.0.0',
  }),
  PUBLIC_URL: setting(
    z
      .string()
      .refine((text) => webUrl(text) !== null, 'write the full address, for example https://chat.example.org')
      .transform((text) => text.replace(/\/+$/, ''))
      .optional(),
    {
      description: 'The address under which people reach the server; links in mails and the documentation start with it.',
      default: 'http://localhost and the port',
      example: 'https://chat.example.org',
    },
  ),
  TRUST_PROXY: setting(trustProxy, {
    description: "Whose X-Forwarded-* headers are believed: off, the number of proxies in front, or the proxies' addresses.",
    default: 'off',
    example: '1',
  }),
  DATA_DIR: setting(z.string().default('./data'), {
    description: 'The directory that holds the embedded database and, in development, the generated secrets.',
    default: './data',
    example: '/var/lib/parley',
  }),
  DATABASE_URL: setting(postgresUrl.optional(), {
    description: 'A PostgreSQL (15 or newer) to use instead of the embedded database.',
    default: null,
    example: 'postgres://parley:password@localhost:5432/parley',
    secret: true,
  }),
  REDIS_URL: setting(redisUrl.optional(), {
    description: 'A Redis that joins several servers on one PostgreSQL; one server alone needs none.',
    default: null,
    example: 'redis://localhost:6379',
    secret: true,
  }),
  REDIS_PREFIX: setting(
    z
      .string()
      .regex(/^[\w-]{1,32}$/, 'write up to 32 letters, digits, _ and -')
      .default('parley'),
    {
      description: 'Stands in front of every name in Redis, so that several installations can share it.',
      default: 'parley',
      example: 'chat-of-the-school',
    },
  ),
  JWT_SECRET: setting(z.string().optional(), {
    description: 'Signs access tokens; at least 32 characters. Make one with: openssl rand -base64 48',
    default: 'generated into DATA_DIR/secrets.json in development, required in production',
    example: 'the output of openssl rand -base64 48',
    secret: true,
  }),
  JWT_REFRESH_SECRET: setting(z.string().optional(), {
    description: 'Derives refresh tokens; at least 32 characters, and not the same as JWT_SECRET.',
    default: 'generated into DATA_DIR/secrets.json in development, required in production',
    example: 'the output of openssl rand -base64 48',
    secret: true,
  }),
  JWT_EXPIRY: setting(duration(900), { description: 'How long an access token is valid.', default: '15m', example: '5m' }),
  JWT_REFRESH_EXPIRY: setting(duration(7 * 86_400), {
    description: 'How long a login lasts without being used.',
    default: '7d',
    example: '30d',
  }),
  CORS_ORIGIN: setting(origins.optional(), {
    description: 'The origins, comma separated, of web pages other than our own that may use the API with a login.',
    default: null,
    example: 'https://chat.example.org,https://app.example.org',
  }),
  FRONTEND_URL: setting(origins.optional(), {
    description: 'Another name of CORS_ORIGIN.',
    default: null,
    example: 'https://chat.example.org',
  }),
  ORIGINS: setting(pages.optional(), {
    description: 'The origins of pages whose sockets are those of another backend, and which; each client can also name it by itself.',
    default: null,
    example: 'https://old.example=streamify',
  }),
  CSRF: setting(choice(['origin', 'token'], 'origin'), {
    description: 'What protects cookie logins: the origin headers of the browser, or those and a token from GET /api/auth/csrf.',
    default: 'origin',
    example: 'token',
  }),
  RATE_LIMITS: setting(choice(['on', 'off'], 'on'), {
    description: 'off lifts the limits for load tests; it is refused in production.',
    default: 'on',
    example: 'off',
  }),
  LOG_LEVEL: setting(choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'info'), {
    description: 'The least important kind of line that is logged.',
    default: 'info',
    example: 'debug',
  }),
  METRICS_TOKEN: setting(z.string().min(16, 'write at least 16 characters').optional(), {
    description: 'Lets whoever sends it as a bearer token read /metrics.',
    default: null,
    example: 'the output of openssl rand -base64 24',
    secret: true,
  }),
  BCRYPT_ROUNDS: setting(whole(4, 16, 12), {
    description: 'The cost of hashing a password: each step up doubles it. Less than 10 is refused in production.',
    default: '12',
    example: '13',
  }),
  PASSWORD_MIN_LENGTH: setting(whole(1, 72, 8), { description: 'The shortest password accepted.', default: '8', example: '12' }),
  PASSWORD_CLASSES: setting(whole(1, 4, 4), {
    description: 'How many of these four a password must contain: lower case, upper case, digit, other.',
    default: '4',
    example: '3',
  }),
  EDIT_WINDOW_SECONDS: setting(whole(0, 1_000_000_000, 0), {
    description: 'For how many seconds a message may be edited; 0 is for ever.',
    default: '0',
    example: '900',
  }),
  SHUTDOWN_GRACE: setting(duration(10), {
    description: 'How long running requests may take to finish when the server is asked to stop.',
    default: '10s',
    example: '30s',
  }),
})

export type SettingName = keyof typeof settingsSchema.shape

export interface Setting extends Facts {
  readonly name: SettingName
}

/** One entry per variable, in the order of the documentation. */
export const settings: readonly Setting[] = Object.entries(settingsSchema.shape).map(([name, schema]) => {
  const described = facts.get(schema)
  if (!described) throw new Error(`the setting ${name} is not described`)
  return { name: name as SettingName, ...described }
})
