const letterOrDigit = /[\p{L}\p{N}]/u

/** The first letters of the first and the last word of a name, in capitals. */
function initialsOf(name: string): string {
  const firsts = name
    .split(/\s+/)
    .map((word) => letterOrDigit.exec(word)?.[0])
    .filter((letter) => letter !== undefined)
  const first = firsts[0] ?? String.fromCodePoint(name.codePointAt(0) ?? 63)
  const last = firsts.length > 1 ? (firsts.at(-1) ?? '') : ''
  return (first + last).toUpperCase()
}

/** The address of the generated picture; it changes with the initials, so the picture may be cached for ever. */
export function generatedAvatarUrl(userId: string, name: string): string {
  return `/api/avatars/${userId}?initials=${encodeURIComponent(initialsOf(name))}`
}

const xmlEntities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' }
/** What XML 1.0 can't hold, not even escaped. */
const notXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

const escapeXml = (text: string) => text.replace(notXml, '').replace(/[&<>"']/g, (sign) => xmlEntities[sign] as string)

/** An SVG of initials on a colour that the id decides, dark enough for white letters. */
export function drawAvatar(userId: string, initials: string): string {
  const hue = Number.parseInt(userId.slice(-6), 16) % 360
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 96" width="96" height="96"><rect width="96" height="96" fill="hsl(${hue} 45% 32%)"/><text x="48" y="49" fill="#fff" font-family="system-ui,sans-serif" font-size="38" text-anchor="middle" dominant-baseline="central">${escapeXml(initials)}</text></svg>`
}
