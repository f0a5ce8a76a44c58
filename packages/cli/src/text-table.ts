const RULES = ['top', 'bottom', 'left', 'mid', 'right'].flatMap((side) => [
  side,
  ...['left', 'mid', 'right'].map((end) => `${side}-${end}`),
])

/** Columns as wide as their texts, without rules and colours, so that a program can read them as well. */
export async function textTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
): Promise<string> {
  const { default: Table } = await import('cli-table3')
  const table = new Table({
    head: [...head],
    chars: { ...Object.fromEntries(RULES.map((rule) => [rule, ''])), middle: '   ' },
    // Not even the colours that it gives to a head by itself.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  table.push(...rows.map((row) => [...row]))
  return `${table.toString().replaceAll(/ +$/gm, '')}\n`
}
