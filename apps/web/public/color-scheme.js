// Runs before the first paint, so that a dark page doesn't flash white. A file of its own: the page allows no inline script.
{
  let wanted = null
  try {
    wanted = localStorage.getItem('parley-color-scheme')
  } catch {
    // Storage may be forbidden; the system's scheme is used then.
  }
  const dark = wanted === 'dark' || (wanted !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
}
