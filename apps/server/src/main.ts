/** Starts the server: reads the configuration, listens, says where, and goes down in order when it's told to. */
import { createApp } from './app.ts'
import { type Config, ConfigError, loadConfig } from './config.ts'
import { createLog, type Log } from './core/log.ts'
import { demoUsernames } from './demo.ts'

function readConfig(): Config {
  try {
    return loadConfig()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
}

function welcome(config: Config, port: number, hasWebClient: boolean): string {
  const url = `http://localhost:${port}`
  const demo = demoUsernames.map((username) => `  As ${username.padEnd(13)} ${url}/app/demo/${username}`)
  const page = hasWebClient ? `  Chat             ${url}/app/` : '  Chat             not built: run npm run build, then start again'
  const lines = ['', '  Parley is running.', '', page, `  API              ${url}/docs`]
  if (!config.production) lines.push(`  Mail and SMS     ${url}/dev/outbox`, '', '  Look around as two people, in two tabs:', ...demo)
  return `${[...lines, ''].join('\n')}\n`
}

async function start(config: Config, log: Log): Promise<void> {
  const fail = (error: Error) => {
    log.fatal({ err: error }, 'unable to go on')
    process.exit(1)
  }
  const app = await createApp(config, log, fail)
  const port = await app.listen()
  process.stdout.write(welcome(config, port, app.hasWebClient))
  log.info({ port, database: app.database.kind }, 'listening')

  let closing = false
  const close = (signal: string) => {
    if (closing) return
    closing = true
    log.info({ signal }, 'closing')
    setTimeout(() => {
      log.error('unable to close in time; whoever waited for an answer will ask again')
      process.exit(1)
    }, config.shutdownGrace * 1000).unref()
    app.close().then(() => process.exit(0), fail)
  }
  process.on('SIGTERM', close)
  process.on('SIGINT', close)
}

const config = readConfig()
const log = createLog(config.log)
start(config, log).catch((error: Error) => {
  process.stderr.write(`Unable to start; ${error.message}\n`)
  log.debug({ err: error }, 'unable to start')
  process.exit(1)
})
