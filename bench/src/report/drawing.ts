/** The frame of every chart: an SVG with a title, readable on light and on dark. */

export const width = 760
const top = 40

const style = `
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 16px; font-weight: 600 }
  .panel { font-weight: 600 }
  .own, text.own { fill: #3b6fd4 }
  .other { fill: #9aa4b2 }
  .spread { stroke: #24292f; stroke-width: 1.5 }
  .axis { stroke: #9aa4b2; stroke-width: 1 }
  .line { fill: none; stroke: #9aa4b2; stroke-width: 2 }
  .line.own { stroke: #3b6fd4 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .own, text.own { fill: #7aa5f8 }
    .other { fill: #6b7684 }
    .spread { stroke: #e6edf3 }
    .axis, .line { stroke: #6b7684 }
    .line.own { stroke: #7aa5f8 }
  }`

export const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
export const rounded = (length: number) => Math.round(length * 10) / 10

/** A panel that is drawn, and how high it is. */
export interface Drawn {
  readonly svg: string
  readonly height: number
}

/** The panels one below the other. */
export function drawing(title: string, panels: readonly Drawn[]): string {
  const height = top + panels.reduce((sum, panel) => sum + panel.height, 0)
  let y = top
  const placed = panels.map((panel) => {
    const group = `<g transform="translate(0 ${y})">${panel.svg}</g>`
    y += panel.height
    return group
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${style}\n</style>`,
    `<text class="title" x="16" y="26">${escaped(title)}</text>`,
    ...placed,
    '</svg>\n',
  ].join('\n')
}
