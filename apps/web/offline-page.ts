import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

const source = join(import.meta.dirname, 'service-worker.js')
const publicFolder = join(import.meta.dirname, 'public')

/** Adds the service worker that keeps the page for when the server can't be reached, with the list of what it keeps. */
export function offlinePage({ base }: { base: string }): Plugin {
  return {
    name: 'offline-page',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const built = Object.keys(bundle).filter((fileName) => fileName !== 'index.html')
        const files = [base, ...[...built, ...readdirSync(publicFolder)].sort().map((fileName) => base + fileName)]
        const worker = readFileSync(source, 'utf8')
        const version = createHash('sha256').update(JSON.stringify(files)).update(worker).digest('hex').slice(0, 12)
        const head = `const version = ${JSON.stringify(version)}\nconst files = ${JSON.stringify(files)}\n`
        this.emitFile({ type: 'asset', fileName: 'sw.js', source: head + worker })
      },
    },
  }
}
