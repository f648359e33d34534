/** Mounts any contract on Fastify: authenticate, check the origin, validate, limit, call, validate the answer. */
import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import cors from '@fastify/cors'
import helmet from '@fastify/helmet'
import { type Alias, type Operation, type RestBinding, restOf } from '@parley/protocol/define'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify'
import { type Binding, type RequestContext, TextAnswer, type Viewer } from '../core/call.ts'
import { AppError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { checkAnswer, type Doors, pass, validate } from './doors.ts'
import { answerError, rateHeaders, withUnderscoreIds } from './http-answer.ts'
import { readInput } from './http-input.ts'
import { isListed, isLoopback, isOwnPage, type OriginRule } from './origins.ts'
import { type TrustProxy, trusted } from './proxies.ts'

export interface HttpSettings {
  readonly trustProxy: TrustProxy
  readonly origins: OriginRule
  readonly cookies: { readonly secure: boolean; readonly sameSite: 'lax' | 'none' }
  readonly bodyLimit: number
  readonly production: boolean
}

export interface HttpDoors extends Doors {
  /** Whom an access token or session cookie speaks for; null where it's no good. */
  authenticate(token: string): Promise<Viewer | null>
  /** Whether a cookie client's write carries the CSRF token that this installation demands. */
  csrfAccepted(request: { token: string | undefined; cookies: Readonly<Record<string, string | undefined>> }): boolean | Promise<boolean>
}

/** A Fastify instance with the doors that every request passes, and no routes yet. */
export async function createHttp(doors: HttpDoors, settings: HttpSettings): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: doors.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: trusted(settings.trustProxy),
    bodyLimit: settings.bodyLimit,
    // Fastify's own is none at all: a body that trickles in would hold its connection for ever.
    requestTimeout: 60_000,
    // Long enough that a schema gets to see, and name, a parameter that's too long.
    routerOptions: { maxParamLength: 8192 },
    genReqId: () => newId(),
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply as FastifyReply),
    forceCloseConnections: 'idle',
  })
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply))
  app.setNotFoundHandler((request, reply) => answerError(new AppError('NOT_FOUND'), request, reply))
  app.removeContentTypeParser('text/plain')
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else parseJson(request, body as string, done)
  })
  app.addHook('onResponse', async (request, reply) => {
    request.log.debug({ method: request.method, url: request.url, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'request')
  })
  await app.register(cookie)
  await app.register(helmet, { contentSecurityPolicy: contentSecurityPolicy(settings), strictTransportSecurity: settings.cookies.secure })
  await app.register(cors, {
    credentials: true,
    optionsSuccessStatus: 200,
    origin: (origin, allow) => allow(null, origin !== undefined && isListed(settings.origins, origin)),
  })
  await app.register(compress, { threshold: 2048 })
  return app
}

/** An operation at one address. */
interface Mounted {
  readonly binding: Binding
  readonly rest: RestBinding
  /** Where the address is another backend's: what its clients say and are told. */
  readonly alias: Alias | null
}

export interface Routes {
  readonly bindings: readonly Binding[]
  /** Addresses of other backends. */
  readonly aliases: readonly Alias[]
}

/** Mounts the REST side of each binding, under its path and its aliases. */
export function mountRoutes(app: FastifyInstance, routes: Routes, doors: HttpDoors, settings: HttpSettings): void {
  for (const mounted of mountedOf(routes)) {
    if (mounted.binding.definition.access === 'loopback' && settings.production) continue
    const { method, path: url } = mounted.rest
    app.route({ method, url, handler: (request, reply) => answer(mounted, doors, settings, request, reply) })
  }
}

function mountedOf({ bindings, aliases }: Routes): Mounted[] {
  const own = bindings.flatMap((binding) => {
    const { rest } = binding.definition
    return rest === undefined
      ? []
      : [rest, ...(rest.aliases ?? []).map((alias) => ({ ...rest, ...alias }))].map((each) => ({ binding, each }))
  })
  const foreign = aliases.map((alias) => {
    const binding = bindings.find(({ definition }) => definition === alias.operation)
    if (binding === undefined) throw new Error(`unable to mount ${alias.path}; nothing answers ${alias.operation.name}`)
    return { binding, rest: restOf(alias), alias }
  })
  return [...own.map(({ binding, each }) => ({ binding, rest: each, alias: null })), ...foreign]
}

async function answer(
  { binding, rest, alias }: Mounted,
  doors: HttpDoors,
  settings: HttpSettings,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { definition } = binding
  if (definition.access === 'loopback' && !isLoopback(request.socket.remoteAddress, request.headers)) throw new AppError('NOT_FOUND')
  const viewer = await identify(doors, settings, request)
  const output = await pass(doors, binding, {
    viewer,
    input: () => {
      const input = readInput(definition, rest, request)
      return alias?.input === undefined ? input : validate(alias.input, input)
    },
    context: contextOf(settings, request, reply),
    reportRate: (state) => rateHeaders(reply, definition.name, state),
  })
  if (alias?.answer === undefined || output instanceof TextAnswer) return send(reply, definition, rest, output)
  return send(reply, definition, rest, checkAnswer(doors, rest.path, alias.answer.schema, alias.answer.from(output as never)))
}

function send(reply: FastifyReply, definition: Operation, rest: RestBinding, output: object | TextAnswer): FastifyReply {
  if (output instanceof TextAnswer)
    return reply
      .code(rest.status ?? 200)
      .headers(output.headers)
      .type(output.contentType)
      .send(output.text)
  if (definition.access !== 'public') reply.header('cache-control', 'no-store')
  return reply.code(rest.status ?? 200).send({ success: true, ...(withUnderscoreIds(output) as object) })
}

/** The bearer speaks first, the cookie second; a cookie's write must come from one of our own pages. */
async function identify(doors: HttpDoors, settings: HttpSettings, request: FastifyRequest): Promise<Viewer | null> {
  const bearer = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (bearer !== undefined) return doors.authenticate(bearer)
  const { token, refreshToken } = request.cookies
  if (token === undefined && refreshToken === undefined) return null
  if (request.method !== 'GET') {
    if (!isOwnPage(settings.origins, request.headers)) throw new AppError('CSRF_REJECTED')
    const csrf = request.headers['x-csrf-token']
    const accepted = await doors.csrfAccepted({ token: typeof csrf === 'string' ? csrf : undefined, cookies: request.cookies })
    if (!accepted) throw new AppError('CSRF_REJECTED', { message: 'Send X-CSRF-Token with the token of GET /api/auth/csrf.' })
  }
  return token === undefined ? null : doors.authenticate(token)
}

function contextOf(settings: HttpSettings, request: FastifyRequest, reply: FastifyReply): RequestContext {
  return {
    id: request.id,
    ip: request.ip,
    userAgent: (request.headers['user-agent'] ?? '').slice(0, 500),
    http: {
      header: (name) => {
        const value = request.headers[name.toLowerCase()]
        return Array.isArray(value) ? value[0] : value
      },
      loopback: isLoopback(request.socket.remoteAddress, request.headers),
      cookie: (name) => request.cookies[name],
      setCookie: (name, value, maxAge, path = '/') => {
        const options = { path, httpOnly: true, ...settings.cookies }
        if (maxAge === null) reply.clearCookie(name, options)
        else reply.setCookie(name, value, { ...options, maxAge })
      },
    },
  }
}

/** Scripts of our own only; styles inline as well, since the component library sets them; pictures from anywhere safe. */
function contentSecurityPolicy(settings: HttpSettings) {
  return {
    useDefaults: false,
    directives: {
      'default-src': ["'self'"],
      'script-src': ["'self'"],
      'style-src': ["'self'", "'unsafe-inline'"],
      'img-src': ["'self'", 'data:', 'blob:'],
      'media-src': ["'self'", 'blob:'],
      'connect-src': ["'self'", 'ws:', 'wss:'],
      'object-src': ["'none'"],
      'base-uri': ["'self'"],
      'form-action': ["'self'"],
      'frame-ancestors': ["'none'"],
      ...(settings.cookies.secure && { 'upgrade-insecure-requests': [] }),
    },
  }
}
