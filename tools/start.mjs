// The launcher: `npm start`, and `npm run dev` with --watch. Plain JavaScript, so that an old Node gets as far as the explanation.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildWeb, webIsBuilt } from './build-web.mjs'
import { installedNode, nodeIsNewEnough, tooOld } from './node-version.mjs'

const launcher = fileURLToPath(import.meta.url)
const root = dirname(dirname(launcher))
const main = join(root, 'apps', 'server', 'src', 'main.ts')

/** Stands aside for a child: passes signals on to it and ends as it ends. */
function become(command, args) {
  const child = spawn(command, args, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`Unable to run ${command}; ${error.message}\n`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1)
  })
}

/** npm runs scripts in a shell that dies of a signal without passing it on. Once it is gone, only we can stop the server. */
function endWithParent() {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, 250)
  watch.unref()
}

async function serve() {
  if (!webIsBuilt()) {
    const outcome = buildWeb()
    if (outcome === 'failed') process.exit(1)
    if (outcome === 'impossible') process.stderr.write('The web client is not built and cannot be built here: only the API is served.\n')
  }
  const settings = join(root, '.env')
  if (existsSync(settings)) process.loadEnvFile(settings)
  // In this very process, so that its id, its signals and its exit code are the server's own.
  await import(pathToFileURL(main).href)
}

if (process.env.npm_lifecycle_event !== undefined) endWithParent()

if (nodeIsNewEnough()) {
  if (process.argv.includes('--watch')) become(process.execPath, ['--watch', '--watch-preserve-output', launcher])
  else await serve()
} else {
  const newer = installedNode()
  if (newer === null) {
    process.stderr.write(tooOld())
    process.exitCode = 1
  } else become(newer, [launcher, ...process.argv.slice(2)])
}
