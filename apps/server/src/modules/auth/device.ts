/** Ordered: the first that matches wins, as most browsers name others too. */
const programs: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/^okhttp\//i, 'Android app'],
  [/\bCFNetwork\//, 'iOS app'],
  [/^(node|undici)\b/i, 'Node.js'],
  [/^curl\//i, 'curl'],
]

const systems: readonly (readonly [RegExp, string])[] = [
  [/\bAndroid\b/, 'Android'],
  [/\b(iPhone|iPad|iPod)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

const nameOf = (userAgent: string, names: typeof programs) => names.find(([pattern]) => pattern.test(userAgent))?.[1]

/** `Firefox on Linux`: a User-Agent header in short, so that people recognise their devices. */
export function deviceOf(userAgent: string): string {
  const program = nameOf(userAgent, programs)
  const system = nameOf(userAgent, systems)
  if (program && system) return `${program} on ${system}`
  return program ?? system ?? (/^[\w.-]{1,40}/.exec(userAgent)?.[0] || 'Unknown device')
}
