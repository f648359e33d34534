import { type CSSVariablesResolver, createTheme, localStorageColorSchemeManager, type MantineColorsTuple } from '@mantine/core'

const indigo: MantineColorsTuple = [
  '#eef0ff',
  '#dfe3ff',
  '#bfc5ff',
  '#9ca4fb',
  '#7c84f4',
  '#6267ec',
  '#4b4ee0',
  '#3d3fc6',
  '#33359f',
  '#2a2c7d',
]

/** Greys with a little blue in them, for Mantine's own dark surfaces. */
const dark: MantineColorsTuple = [
  '#eceef6',
  '#c6cbdc',
  '#a6acc2',
  '#8b91a9',
  '#323849',
  '#272c3b',
  '#1f2330',
  '#171a24',
  '#11141c',
  '#0c0e15',
]

export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: 6,
  colors: { indigo, dark },
  black: '#16182b',
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  headings: { fontWeight: '650' },
})

/** Mantine's own names, filled with the colours of tokens.css, so that both halves of a screen agree. */
const fromTokens = {
  '--mantine-color-body': 'var(--surface)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--ink-soft)',
  '--mantine-color-placeholder': 'var(--ink-soft)',
  '--mantine-color-error': 'var(--danger)',
  '--mantine-color-anchor': 'var(--link)',
  '--mantine-color-default-border': 'var(--line-strong)',
}

export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: fromTokens, dark: fromTokens })

/** public/color-scheme.js reads the same key before the first paint. */
export const colorSchemeManager = localStorageColorSchemeManager({ key: 'parley-color-scheme' })

/** Where list and conversation are two screens, and dialogs fill the window; the style sheets say the same. */
export const narrowScreen = '(max-width: 767px)'
