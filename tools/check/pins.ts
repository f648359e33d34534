/** What gets installed is what was tried: exact versions in every package.json, and a lock file that suits every platform and registry. */
import type { SourceFile } from './source-files.ts'

interface Manifest {
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
  readonly optionalDependencies?: Record<string, string>
}

interface Lock {
  readonly packages: Record<string, { readonly version?: string; readonly resolved?: string; readonly link?: boolean }>
}

const exact = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/

export function loosePins(files: readonly SourceFile[]): string[] {
  return files
    .filter(({ path }) => path.endsWith('package.json'))
    .flatMap(({ path, text }) => {
      const { dependencies, devDependencies, optionalDependencies } = JSON.parse(text) as Manifest
      return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
        .filter(([, version]) => !exact.test(version))
        .map(([name, version]) => `${path}: ${name} is ${version}; pin an exact version`)
    })
}

/** Every optional platform package has to be in the lock file, whichever platform wrote it, and no registry's address may be. */
export function lockProblems(rootManifest: string, lockFile: string): string[] {
  const { optionalDependencies = {} } = JSON.parse(rootManifest) as Manifest
  const { packages } = JSON.parse(lockFile) as Lock
  const missing = Object.entries(optionalDependencies)
    .filter(([name, version]) => packages[`node_modules/${name}`]?.version !== version)
    .map(([name, version]) => `package-lock.json lacks ${name} ${version}`)
  const bound = Object.entries(packages)
    .filter(([, { resolved, link }]) => !link && resolved !== undefined)
    .map(([path]) => `package-lock.json: ${path} is bound to one registry; install with omit-lockfile-registry-resolved=true`)
  return [...missing, ...bound]
}
