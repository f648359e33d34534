/** The composition root: the one file that knows all modules, and puts them together. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { messageStatusUpdate } from '@parley/protocol/messages'
import { userStream } from '@parley/protocol/streams'
import type { FastifyInstance } from 'fastify'
import type { Config } from './config.ts'
import type { Binding, Viewer } from './core/call.ts'
import type { Log } from './core/log.ts'
import { demoUsernames, seedDemo } from './demo.ts'
import { createAuth } from './modules/auth/auth.module.ts'
import { createChats } from './modules/chats/chats.module.ts'
import { createMessages, type Messages, PositionNews } from './modules/messages/messages.module.ts'
import { createOperations } from './modules/operations/operations.module.ts'
import { createPresence } from './modules/presence/presence.module.ts'
import { createStreams, createSync, type OwnReaders, pruneOutbox, type Streams } from './modules/streams/streams.module.ts'
import { createUsers } from './modules/users/users.module.ts'
import { openPlatform, type Platform } from './open-platform.ts'
import { origins } from './origins/origins.ts'
import { BusBroadcast, type Sendable } from './platform/bus/broadcast.ts'
import type { Database } from './platform/database/database.ts'
import { serveApiDocuments } from './transport/api-documents.ts'
import { followConnections } from './transport/connections.ts'
import { createHttp, type HttpSettings, mountRoutes } from './transport/http.ts'
import { limiterOver, noLimits } from './transport/limiter.ts'
import type { SocketHub } from './transport/socket.ts'
import { serveWebClient } from './transport/web-client.ts'

export interface App {
  readonly http: FastifyInstance
  readonly database: Database
  /** Whether the web client was built. */
  readonly hasWebClient: boolean
  /** Starts to listen; returns the port, which the system chooses where the configuration says 0. */
  listen(): Promise<number>
  /**
   * Goes down without losing a word (B3): takes nothing new, commits and acknowledges what was taken, tells clients when
   * to come back, and closes.
   */
  close(): Promise<void>
}

const requestBytes = 1024 * 1024
const groupMembers = 256
/** How often connected sockets are held against their sessions, which run out by themselves or were ended by a process that couldn't say so. */
const sweepMs = 10_000
/** How long requests may still take when the server goes down, in milliseconds, before their connections are cut. */
const lastRequestsMs = 3000
/** Clients come back spread over this time, in milliseconds. */
const reconnectWithin = 3000
const webFolder = fileURLToPath(new URL('../../web/dist/', import.meta.url))
const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }

/** Opens the database, migrates it, and wires everything; nothing listens yet. `onFatal` is told of what can't be survived. */
export async function createApp(config: Config, log: Log, onFatal: (error: Error) => void): Promise<App> {
  const platform = await openPlatform(config, { requestBytes }, log, onFatal)
  const { database, jobs, hub } = platform
  let closing = false
  const modules = createModules(config, platform, () => closing)
  const { streams, messages, auth, users, presence, bindings } = modules

  const doors = {
    log,
    metrics: platform.metrics,
    limiter: config.rateLimits ? limiterOver(platform.rates) : noLimits,
    strictAnswers: !config.production,
    authenticate: auth.authenticate,
    stillValid: auth.isInForce,
    attendance: presence.attendance,
    describe: (viewer: Viewer) => users.own(viewer.userId),
    csrfAccepted: async (request: Parameters<typeof auth.csrf.accepts>[0]) => config.http.csrf === 'origin' || auth.csrf.accepts(request),
  }
  const httpSettings = httpSettingsOf(config)
  const http = await createHttp(doors, httpSettings)
  const cutConnections = followConnections(http.server)
  mountRoutes(http, { bindings, aliases: origins.flatMap(({ aliases }) => aliases) }, doors, httpSettings)
  await serveApiDocuments(http, { version, publicUrl: config.publicUrl, origins })
  const hasWebClient = await serveWebClient(http, webFolder)
  hub.mount(bindings, doors)

  await jobs.start()
  const leave = await join(platform, modules)
  const sweep = setInterval(() => {
    auth.sweep().catch((error: unknown) => log.warn({ err: error }, 'unable to look for ended sessions'))
  }, sweepMs)
  if (!config.production) await seedDemo({ database, users, bindings })

  return {
    ...{ http, database, hasWebClient },
    listen: async () => {
      await http.ready()
      hub.attach(http.server)
      await http.listen({ host: config.http.host, port: config.http.port })
      return (http.server.address() as { port: number }).port
    },
    close: async () => {
      closing = true
      clearInterval(sweep)
      await settle(http, streams, hub, cutConnections)
      presence.stop()
      await flushPositions(messages, log)
      await leave()
      await jobs.stop()
      await platform.close()
    },
  }
}

/** Begins to hear the other processes, and then to be one of them; returns what ends the hearing. */
async function join({ cluster }: Platform, { streams, messages, chats, presence, broadcast }: ReturnType<typeof createModules>) {
  const stops = [await streams.start([messages.refill, chats.refill]), await broadcast.listen(), await presence.start()]
  await cluster.start()
  return async () => {
    for (const stop of stops) await stop()
  }
}

function createModules(config: Config, platform: Platform, isClosing: () => boolean) {
  const { metrics, outbox, hub, bus, cluster, log } = platform
  const positionNews = new PositionNews()
  const events: Sendable[] = [
    { event: userStream, onLost: () => streams.doubt() },
    { event: messageStatusUpdate, newTo: (userIds, payload) => positionNews.newTo(userIds, payload) } satisfies Sendable<
      typeof messageStatusUpdate
    >,
  ]
  const membersOf = async (chatId: string, userIds: readonly string[]) => (await streams.roster(chatId, userIds))?.members ?? null
  const broadcast = new BusBroadcast({ bus, log, cluster, events, membersOf, live: hub })
  // Who keeps a stream doesn't know what is in it: those who own that say how it reads, and are made after it.
  const streams = createStreams({ ...platform, broadcast, live: hub, ownReaders: () => ownReaders })
  pruneOutbox(platform)
  // Presence shows in profiles and is remembered there, so the two know each other through functions.
  const users = createUsers({
    ...{ ...platform, streams },
    statusOf: (userId) => presence.statusOf(userId),
    sightChanged: (userId, viewerIds) => presence.sightChanged(userId, viewerIds),
    privateChatOf: (query, one, other) => chats.privateChatOf(query, one, other),
  })
  const presence = createPresence({
    ...{ ...platform, ...users, live: hub, rosterOf: streams.roster },
    partnersOf: (userId, limit) => chats.partnersOf(userId, limit),
  })
  const messages = createMessages({ ...platform, broadcast, streams, users, settings: { editWindowSeconds: config.messages.editWindow } })
  const chats = createChats({ ...platform, streams, users, messages, settings: { groupMembers } })
  const ownReaders: OwnReaders = { ...users.ownReaders, ...messages.ownReaders, ...chats.ownReaders }
  const { touched, latest } = messages
  const sync = createSync({ ...platform, readers: { touched, latest, chat: chats.get, heads: chats.heads, own: ownReaders } })
  const auth = createAuth({
    ...platform,
    ...{ users, mailer: outbox.mailer, live: hub },
    settings: authSettings(config),
    demoUsernames: config.production ? [] : demoUsernames,
  })
  const clientConfig = clientConfigOf(config)
  const operations = createOperations({ ...platform, version, clientConfig, metricsToken: config.metrics.token, isClosing })
  metrics.gauge('sockets', 'Sockets connected.', () => hub.size)
  metrics.gauge('sends_waiting', 'Sends neither stored nor refused yet.', () => streams.queueLength())
  const bindings: Binding[] = [operations, auth, users, chats, messages, sync, presence].flatMap((module) => module.bindings)
  return { streams, chats, messages, auth, users, presence, broadcast, bindings }
}

/** Stops accepting, finishes what was taken, and only then lets go of the sockets, so that every acknowledgement still leaves. */
async function settle(http: FastifyInstance, streams: Streams, hub: SocketHub, cutConnections: () => void): Promise<void> {
  http.server.close()
  await streams.drain()
  const late = setTimeout(cutConnections, lastRequestsMs)
  await hub.close(reconnectWithin)
  await http.close()
  clearTimeout(late)
}

async function flushPositions(messages: Messages, log: Log): Promise<void> {
  try {
    await messages.flush()
  } catch (error) {
    log.warn({ err: error }, 'unable to write the last positions; their readers will send them again')
  }
}

const authSettings = ({ tokens, passwords, rateLimits }: Config) => ({
  accessSecret: tokens.accessSecret,
  refreshSecret: tokens.refreshSecret,
  accessSeconds: tokens.accessLifetime,
  refreshSeconds: tokens.refreshLifetime,
  passwordRules: { minLength: passwords.minLength, classes: passwords.classes },
  bcryptRounds: passwords.bcryptRounds,
  rateLimits,
})

const clientConfigOf = ({ passwords, messages }: Config) => ({
  version,
  loginMethods: ['password' as const],
  password: { minLength: passwords.minLength, classes: passwords.classes },
  limits: { messageLength: 10_000, pageSize: 100, groupMembers, editWindowSeconds: messages.editWindow, requestBytes },
  defaults: { groupHistory: 'from_joining' as const },
})

/** Cookies go over TLS only where people come over TLS, and to other sites' pages only where such pages are listed. */
function httpSettingsOf({ http, publicUrl, production }: Config): HttpSettings {
  const secure = new URL(publicUrl).protocol === 'https:'
  const foreign = http.corsOrigins.some((origin) => new URL(origin).hostname !== new URL(publicUrl).hostname)
  return {
    trustProxy: http.trustProxy,
    origins: { allowed: http.corsOrigins, publicUrl },
    cookies: { secure: secure || (production && foreign), sameSite: production && foreign ? 'none' : 'lax' },
    bodyLimit: requestBytes,
    production,
  }
}
