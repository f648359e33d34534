import { gzipSync } from 'node:zlib'
import type { Plugin, Rolldown } from 'vite'

/** Every chunk that the browser has to fetch before the page runs: the entries and what they import statically. */
function firstLoad(bundle: Rolldown.OutputBundle): Rolldown.OutputChunk[] {
  const found = new Map<string, Rolldown.OutputChunk>()
  const visit = (fileName: string) => {
    const chunk = bundle[fileName]
    if (chunk?.type !== 'chunk' || found.has(fileName)) return
    found.set(fileName, chunk)
    chunk.imports.forEach(visit)
  }
  for (const output of Object.values(bundle)) if (output.type === 'chunk' && output.isEntry) visit(output.fileName)
  return [...found.values()]
}

/** Fails the build when the script of the first load is larger than `kilobytes` after gzip. */
export function scriptBudget({ kilobytes }: { kilobytes: number }): Plugin {
  return {
    name: 'script-budget',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const bytes = firstLoad(bundle).reduce((sum, chunk) => sum + gzipSync(chunk.code).byteLength, 0)
        const size = `${(bytes / 1024).toFixed(1)} KB of script after gzip`
        if (bytes > kilobytes * 1024) this.error(`The first load takes ${size}; the budget is ${kilobytes} KB.`)
        this.info(`first load: ${size}, of ${kilobytes} KB`)
      },
    },
  }
}
