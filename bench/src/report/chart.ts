/** Charts as SVG: a bar for each target, a line from the least to the most that a round came to. Readable on light and on dark. */

export interface Bar {
  readonly label: string
  readonly value: number
  readonly least: number
  readonly most: number
  /** The value in words. */
  readonly text: string
  /** Whether it is drawn as what the chart is about. */
  readonly own: boolean
}

export interface Panel {
  readonly title: string
  readonly bars: readonly Bar[]
}

const width = 760
const left = 150
const right = 190
const barHeight = 20
const barGap = 8
const panelTop = 34
const panelGap = 18
const top = 40

const style = `
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 16px; font-weight: 600 }
  .panel { font-weight: 600 }
  .own { fill: #3b6fd4 }
  .other { fill: #9aa4b2 }
  .spread { stroke: #24292f; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .own { fill: #7aa5f8 }
    .other { fill: #6b7684 }
    .spread { stroke: #e6edf3 }
  }`

const escaped = (text: string) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
const heightOf = ({ bars }: Panel) => panelTop + bars.length * (barHeight + barGap) + panelGap

/** Each panel has a scale of its own, which begins at nothing. */
export function chart(title: string, panels: readonly Panel[]): string {
  const height = top + panels.reduce((sum, panel) => sum + heightOf(panel), 0)
  let y = top
  const drawn = panels.map((panel) => {
    const group = `<g transform="translate(0 ${y})">${drawPanel(panel)}</g>`
    y += heightOf(panel)
    return group
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${style}\n</style>`,
    `<text class="title" x="16" y="26">${escaped(title)}</text>`,
    ...drawn,
    '</svg>\n',
  ].join('\n')
}

function drawPanel({ title, bars }: Panel): string {
  const most = Math.max(...bars.map((bar) => bar.most), Number.MIN_VALUE)
  const scale = (value: number) => Math.round((value / most) * (width - left - right) * 10) / 10
  const lines = bars.map((bar, index) => {
    const y = panelTop + index * (barHeight + barGap)
    const middle = y + barHeight / 2
    return [
      `<text x="${left - 10}" y="${middle + 5}" text-anchor="end">${escaped(bar.label)}</text>`,
      `<rect class="${bar.own ? 'own' : 'other'}" x="${left}" y="${y}" width="${scale(bar.value)}" height="${barHeight}" rx="3"/>`,
      `<line class="spread" x1="${left + scale(bar.least)}" x2="${left + scale(bar.most)}" y1="${middle}" y2="${middle}"/>`,
      `<text x="${left + scale(bar.most) + 10}" y="${middle + 5}">${escaped(bar.text)}</text>`,
    ].join('')
  })
  return `<text class="panel" x="16" y="18">${escaped(title)}</text>${lines.join('')}`
}
