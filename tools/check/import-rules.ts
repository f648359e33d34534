/** Who may import whom, as docs/ARCHITECTURE.md says; each rule is proved by a planted violation in import-rules.test.ts. */
import { cruise, type ICruiseResult, type IForbiddenRuleType } from 'dependency-cruiser'

const tests = ['\\.(test|suite)\\.tsx?$', '/testing/']
/** Our own code, wherever it is; libraries are knip's business. */
const anywhereInside = '^(packages|apps|bench|torture|e2e|tools|migrations)/'
const protocol = '^packages/protocol/src/'
const core = '^apps/server/src/core/'
/** A port's interface bears its folder's name; `tables.ts` is the shape of what lies behind the database port. */
const ports = ['^apps/server/src/platform/(?<port>[^/]+)/\\k<port>\\.ts$', '^apps/server/src/platform/database/tables\\.ts$']
/** The part of the SDK that is for Node alone. */
const fileStore = '^packages/client/src/file-store\\.ts$'
/** The one file of a module that other modules may import. */
const door = '^apps/server/src/modules/(?<door>[^/]+)/\\k<door>\\.module\\.ts$'
/** Names them, for settings to be checked against. */
const listOfOrigins = '^apps/server/src/origins/origins\\.ts$'

function only(name: string, comment: string, from: string, allowed: string[], within = anywhereInside): IForbiddenRuleType {
  return { name, comment, severity: 'error', from: { path: from, pathNot: tests }, to: { path: within, pathNot: allowed } }
}

export const importRules: IForbiddenRuleType[] = [
  { name: 'no-cycles', comment: 'type-only imports count', severity: 'error', from: {}, to: { circular: true } },
  only('protocol-imports-zod-only', 'the contract runs anywhere', protocol, [protocol, '(^|/)node_modules/zod/'], '.'),
  {
    name: 'client-imports-protocol-only',
    comment:
      'the SDK knows the contract and libraries; nothing of Node, since it runs in browsers too, but for the store in files, an entry of its own',
    severity: 'error',
    from: { path: '^packages/client/src/', pathNot: [...tests, fileStore] },
    to: { path: '.', pathNot: ['^packages/client/src/', protocol, '(^|/)node_modules/'] },
  },
  {
    name: 'nothing-imports-the-file-store',
    comment: 'browsers have no files; who has some asks for this entry of the SDK by its name',
    severity: 'error',
    from: { path: '^packages/client/src/', pathNot: tests },
    to: { path: fileStore },
  },
  only(
    'clients-import-client-and-protocol',
    'they are users of the server, not parts of it; some bring the PostgreSQL that they break',
    '^(apps/web|e2e|bench|torture)/src/',
    ['^$1/', '^packages/client/src/', protocol, '^tools/testing/'],
  ),
  only('core-imports-protocol-only', 'core is made of leaves', core, [core, protocol]),
  only('transport-imports-core-and-protocol', 'transport mounts any contract and knows no feature', '^apps/server/src/transport/', [
    '^apps/server/src/transport/',
    core,
    protocol,
  ]),
  only('platform-imports-core-and-protocol', 'adapters know other ports, not other adapters', '^apps/server/src/platform/([^/]+)/', [
    '^apps/server/src/platform/$1/',
    ...ports,
    core,
    protocol,
  ]),
  only('modules-use-ports-and-doors', 'core, protocol, ports, and other modules through their door', '^apps/server/src/modules/([^/]+)/', [
    '^apps/server/src/modules/$1/',
    door,
    ...ports,
    core,
    protocol,
  ]),
  {
    name: 'streams-imports-no-owner',
    comment: 'whoever owns a change hands it in with its check',
    severity: 'error',
    from: { path: '^apps/server/src/modules/streams/', pathNot: tests },
    to: { path: '^apps/server/src/modules/(chats|messages|calls|users)/' },
  },
  only(
    'origins-import-protocol',
    'an origin is a table: no logic, no SQL, no module’s inside',
    '^apps/server/src/origins/',
    ['^apps/server/src/(origins|transport)/', protocol, '(^|/)node_modules/zod/'],
    '.',
  ),
  {
    name: 'origins-use-types-of-transport-only',
    comment: 'types, nothing that runs',
    severity: 'error',
    from: { path: '^apps/server/src/origins/', pathNot: tests },
    to: { path: '^apps/server/src/transport/', dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'only-app-imports-everything',
    comment:
      'app.ts is the composition root, open-platform.ts opens what it stands on, main.ts starts it; what else lies beside them has no more rights than a module',
    severity: 'error',
    from: { path: '^apps/server/src/[^/]+\\.ts$', pathNot: [...tests, '^apps/server/src/(app|main|open-platform)\\.ts$'] },
    to: {
      path: anywhereInside,
      pathNot: ['^apps/server/src/(?!app\\.ts|main\\.ts)[^/]+\\.ts$', listOfOrigins, door, ...ports, core, protocol],
    },
  },
]

/** Every broken rule in the folders given, as `rule: from → to`. */
export async function importViolations(baseDir: string, folders: string[]): Promise<string[]> {
  const { output } = await cruise(
    folders,
    {
      baseDir,
      ruleSet: { forbidden: importRules },
      validate: true,
      tsPreCompilationDeps: true,
      doNotFollow: { path: ['(^|/)node_modules/'] },
      exclude: { path: ['(^|/)dist/'] },
    },
    {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  )
  const { violations } = (output as ICruiseResult).summary
  return violations.map(({ rule, from, to, cycle }) =>
    cycle === undefined ? `${rule.name}: ${from} → ${to}` : `${rule.name}: ${[from, ...cycle.map(({ name }) => name)].join(' → ')}`,
  )
}
