import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'

const Secrets = z.object({ accessSecret: z.string().min(32), refreshSecret: z.string().min(32) })

/** Written beside and linked into place, so that of two servers that start at once both read the same whole file. */
function makeOnce(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}`
  const secret = () => randomBytes(48).toString('base64url')
  writeFileSync(draft, `${JSON.stringify({ accessSecret: secret(), refreshSecret: secret() }, null, 2)}\n`, { mode: 0o600 })
  try {
    linkSync(draft, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(draft)
  }
}

/** The secrets kept in the file, made on first use; or, as a sentence, why there are none. */
export function developmentSecrets(path: string): z.output<typeof Secrets> | string {
  try {
    makeOnce(path)
    return Secrets.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) {
      return `${path} does not hold two secrets; remove it, and it is made anew (everybody has to log in again)`
    }
    return `the secrets of development can't be kept in ${path} (${(error as Error).message}); set DATA_DIR to a directory that can be written to, or set JWT_SECRET and JWT_REFRESH_SECRET`
  }
}
