interface Setting {
  readonly name: string
  readonly description: string
  readonly default: string | null
  readonly example: string
  readonly secret?: true
}

const cell = (text: string) => text.replaceAll('|', '\\|')
const code = (text: string) => `\`${text}\``

/** docs/generated/configuration.md */
export function configurationTable(settings: readonly Setting[]): string {
  const rows = settings.map(
    ({ name, description, default: fallback, example, secret }) =>
      `| ${code(name)}${secret ? ' 🔒' : ''} | ${cell(description)} | ${cell(fallback ?? '–')} | ${cell(code(example))} |`,
  )
  return `# Configuration

Environment variables, all of them optional in development. \`npm start\` also reads a file \`.env\` beside package.json;
what the environment says has precedence. A wrong value stops the start with a list of every problem and its fix.

A secret (🔒) may come from a file instead: \`JWT_SECRET_FILE=/run/secrets/jwt\` in place of \`JWT_SECRET\`.

| Variable | What it does | Default | Example |
|---|---|---|---|
${rows.join('\n')}
`
}

/** .env.example: everything commented out, so that a copy of it changes nothing. */
export function environmentExample(settings: readonly Setting[]): string {
  const entries = settings.map(
    ({ name, description, default: fallback, example }) =>
      `# ${description}${fallback === null ? '' : `\n# Default: ${fallback}`}\n# ${name}=${example.includes(' ') ? `"${example}"` : example}\n`,
  )
  return `# Copy to .env and take the # away from what you want to change. docs/generated/configuration.md says the same as a table.\n\n${entries.join('\n')}`
}
