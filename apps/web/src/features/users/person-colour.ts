/** A person's hue, in degrees: the one that the server draws their picture in. */
export const hueOf = (id: string): number => (Number.parseInt(id.slice(-6), 16) || 0) % 360

/** The ground of initials, dark enough for white letters. */
export const groundOf = (id: string): string => `hsl(${hueOf(id)} 45% 32%)`

/** A name in the person's colour, readable in both schemes. */
export const inkOf = (id: string): string => `hsl(${hueOf(id)} 55% var(--name-lightness))`
