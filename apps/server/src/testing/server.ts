/** A whole server in this process, on a database of its own, for one test file. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, createApp } from '../app.ts'
import { loadConfig } from '../config.ts'
import { createLog } from '../core/log.ts'
import { embeddedDataDir } from './embedded.ts'

export interface TestServer {
  readonly url: string
  readonly app: App
  /** Goes down as on SIGTERM, and removes its data. */
  stop(): Promise<void>
  /** Goes down as on SIGTERM and comes back on the same address and data. */
  restart(): Promise<void>
}

export interface TestServerOptions {
  /** Environment variables, as an operator would set them. */
  readonly env?: Readonly<Record<string, string>>
  /** A PostgreSQL database; the embedded one where absent. */
  readonly databaseUrl?: string
}

const defaults = { NODE_ENV: 'test', RATE_LIMITS: 'off', BCRYPT_ROUNDS: '4', LOG_LEVEL: process.env.TEST_LOG_LEVEL ?? 'fatal' }

export async function startServer({ env, databaseUrl }: TestServerOptions = {}): Promise<TestServer> {
  const dataDir = databaseUrl ? mkdtempSync(join(tmpdir(), 'parley-test-')) : await embeddedDataDir()
  const open = async (port: number) => {
    const config = loadConfig({
      ...defaults,
      DATA_DIR: dataDir,
      ...(databaseUrl && { DATABASE_URL: databaseUrl }),
      ...env,
      PORT: String(port || 1),
    })
    const app = await createApp({ ...config, http: { ...config.http, port } }, createLog(config.log), (error) => {
      throw error
    })
    return { app, port: await app.listen() }
  }
  let running = await open(0)
  return {
    url: `http://127.0.0.1:${running.port}`,
    get app() {
      return running.app
    },
    stop: async () => {
      await running.app.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
    restart: async () => {
      await running.app.close()
      running = await open(running.port)
    },
  }
}
