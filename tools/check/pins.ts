/** What gets installed is what was tried: exact versions in every package.json, and a lock file that suits every platform and registry. */
import type { SourceFile } from './source-files.ts'

interface Manifest {
  readonly dependencies?: Record<string, string>
  readonly devDependencies?: Record<string, string>
  readonly optionalDependencies?: Record<string, string>
}

interface LockedPackage {
  readonly version?: string
  readonly resolved?: string
  readonly link?: boolean
  readonly optionalDependencies?: Record<string, string>
}

interface Lock {
  readonly packages: Record<string, LockedPackage>
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

/**
 * `npm ci` refuses a lock file that lacks an optional dependency, such as the binary for another platform; npm writes such
 * a lock file where the registry didn't have it. And no registry's address may be in it.
 */
export function lockProblems(lockFile: string): string[] {
  const { packages } = JSON.parse(lockFile) as Lock
  const paths = Object.keys(packages)
  const wanted = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).map((name) => ({ path, name })),
  )
  const missing = wanted
    .filter(({ name }) => !paths.some((path) => path.endsWith(`node_modules/${name}`)))
    .map(
      ({ path, name }) =>
        `package-lock.json lacks ${name}, which ${path || 'package.json'} lists; take a version that is there for all platforms`,
    )
  const bound = Object.entries(packages)
    .filter(([, { resolved, link }]) => !link && resolved !== undefined)
    .map(([path]) => `package-lock.json: ${path} is bound to one registry; install with omit-lockfile-registry-resolved=true`)
  return [...missing, ...bound]
}
