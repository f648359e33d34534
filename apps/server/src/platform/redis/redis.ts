/** Connections to Redis that keep nobody waiting: what can't be said now is refused at once, and a silent one is given up. */
import { Redis } from 'ioredis'
import type { Log } from '../../core/log.ts'

/** Milliseconds. Every command is local to a data centre; longer than this, and whoever waits is better off without. */
const commandTimeout = 500
const beatMs = 1000

interface RedisOptions {
  readonly url: string
  readonly log: Log
  /** What it's for, in logs. */
  readonly purpose: string
}

/** Connects by itself, and again whenever the connection is lost. */
export function connectRedis({ url, log, purpose }: RedisOptions): Redis {
  const redis = new Redis(url, {
    commandTimeout,
    connectTimeout: beatMs,
    connectionName: `parley ${purpose}`.replaceAll(' ', '-'),
    // What nobody waits for any more is not sent later either.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    autoResubscribe: false,
    retryStrategy: (attempt) => Math.min(50 * attempt, 500) * (0.5 + Math.random()),
  })
  let told = false
  redis.on('error', (error) => {
    if (!told) log.warn({ err: error, purpose }, 'unable to reach Redis; it is tried again')
    told = true
  })
  redis.on('ready', () => {
    if (told) log.info({ purpose }, 'Redis is back')
    told = false
  })
  giveUpSilent(redis)
  return redis
}

/**
 * A Redis that was stopped, or that a network swallows, keeps its connections: only asking finds out. It keeps no process
 * alive: a connection that is closed while it's being made anew has no `end`.
 */
function giveUpSilent(redis: Redis): void {
  let opening = false
  const beat = setInterval(() => {
    if (redis.status === 'ready') redis.ping().catch(() => redis.disconnect(true))
    // It took the connection a beat ago, and has not said a word since.
    else if (redis.status === 'connect' && opening) redis.disconnect(true)
    opening = redis.status === 'connect'
  }, beatMs).unref()
  redis.on('end', () => clearInterval(beat))
}
