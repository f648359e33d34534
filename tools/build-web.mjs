// Builds the web client. Plain JavaScript: it also has to run, or say why not, on a Node too old for the rest.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const web = join(root, 'apps', 'web')

export const webIsBuilt = () => existsSync(join(web, 'dist', 'index.html'))

/** Where Vite's command is, or null where development dependencies were left out of the installation. */
function findVite() {
  try {
    return join(dirname(createRequire(join(web, 'package.json')).resolve('vite/package.json')), 'bin', 'vite.js')
  } catch {
    return null
  }
}

/** Answers 'built', 'impossible' (no sources or no Vite here: not an error) or 'failed', having printed why. */
export function buildWeb() {
  const vite = existsSync(join(web, 'vite.config.ts')) ? findVite() : null
  if (vite === null) return 'impossible'
  const begun = Date.now()
  process.stdout.write('Building the web client…\n')
  // Test runners and developers set NODE_ENV to something else, and Vite would build what they asked for.
  const env = { ...process.env, NODE_ENV: 'production' }
  const build = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: web, env, encoding: 'utf8' })
  if (build.status === 0) {
    process.stdout.write(`Built the web client in ${((Date.now() - begun) / 1000).toFixed(1)} s.\n`)
    return 'built'
  }
  process.stderr.write(`${build.stdout ?? ''}${build.stderr ?? ''}${build.error ? `${build.error.message}\n` : ''}`)
  process.stderr.write('The web client could not be built; see above. `npm run build` tries again.\n')
  return 'failed'
}
