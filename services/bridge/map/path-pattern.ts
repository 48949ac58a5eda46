/** Patterns of names and folders. In: text with `*` (any characters of one level) and `**` (any levels); out: a test. Letters compare without case, as Windows loggers and servers do. */

export type PathTest = (path: string) => boolean;

/** Names have one level: `*` and `**` are the same there. `/` at the ends says nothing. */
export function compilePattern(pattern: string): PathTest {
  const plain = pattern.replace(/^\/+|\/+$/g, "").replace(/\*{3,}/g, "**");
  let source = "";
  for (const piece of plain.split(/(\/?\*\*\/?|\*)/)) {
    if (piece === "*") source += "[^/]*";
    else if (piece === "**") source += ".*";
    // `a/**` is `a` and all below it, `**/a` is `a` wherever it is
    else if (piece === "/**") source += "(?:/.*)?";
    else if (piece === "**/") source += "(?:.*/)?";
    else if (piece === "/**/") source += "/(?:.*/)?";
    else source += piece.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  }
  const expression = new RegExp(`^${source}$`, "i");
  return (path) => expression.test(path);
}
