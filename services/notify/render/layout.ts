/** One layout, two forms. In: a letter as blocks; out: plain text, and HTML that reads on a phone without images. All text is escaped. */
import type { Language } from "#shared/contact/contact.ts";

export interface Letter {
  readonly language: Language;
  readonly subject: string;
  /** In a coloured bar on top; empty: none. */
  readonly banner: string;
  readonly headline: string;
  readonly paragraphs: readonly string[];
  /** Label and value; rows without a value are left out. */
  readonly rows: readonly (readonly [label: string, value: string | null | undefined])[];
  readonly link: { readonly label: string; readonly url: string };
  readonly foot: readonly string[];
}

export function toText(letter: Letter): string {
  const rows = filled(letter).map(([label, value]) => `${label}: ${value}`);
  const parts = [
    letter.banner === "" ? [] : [`*** ${letter.banner} ***`],
    [letter.headline],
    ...letter.paragraphs.map((paragraph) => [paragraph]),
    rows,
    [`${letter.link.label}: ${letter.link.url}`],
    ["---", ...letter.foot],
  ];
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join("\n"))
    .join("\n\n")}\n`;
}

const FONT = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif";
const CELL = "padding:6px 0;border-top:1px solid #e3e3e3;vertical-align:top;font-size:15px";

export function toHtml(letter: Letter): string {
  const banner =
    letter.banner === ""
      ? ""
      : `<p style="margin:0 0 16px;padding:8px 12px;background:#7a3e00;color:#fff;font-weight:bold">${escapeHtml(letter.banner)}</p>`;
  const paragraphs = letter.paragraphs.map((text) => `<p style="margin:0 0 12px">${escapeHtml(text)}</p>`);
  const rows = filled(letter).map(
    ([label, value]) =>
      `<tr><td style="${CELL};color:#555;width:36%;padding-right:12px">${escapeHtml(label)}</td><td style="${CELL}">${escapeHtml(value)}</td></tr>`,
  );
  const foot = letter.foot.map((text) => `<p style="margin:0 0 6px">${escapeHtml(text)}</p>`);
  return `<!doctype html>
<html lang="${letter.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(letter.subject)}</title>
</head>
<body style="margin:0;padding:16px;background:#fff;color:#1a1a1a;${FONT};font-size:16px;line-height:1.45">
<div style="max-width:600px;margin:0 auto">
${banner}
<h1 style="margin:0 0 12px;font-size:20px;line-height:1.3">${escapeHtml(letter.headline)}</h1>
${paragraphs.join("\n")}
<table role="presentation" style="border-collapse:collapse;width:100%">
${rows.join("\n")}
</table>
<p style="margin:20px 0"><a href="${escapeHtml(letter.link.url)}" style="display:inline-block;padding:10px 16px;background:#0b5cad;color:#fff;text-decoration:none;border-radius:4px">${escapeHtml(letter.link.label)}</a></p>
<div style="border-top:1px solid #ccc;padding-top:12px;color:#555;font-size:13px">
${foot.join("\n")}
</div>
</div>
</body>
</html>
`;
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

/** Rows that say something, each on one line: facts come from outside. */
function filled({ rows }: Letter): [string, string][] {
  return rows
    .filter(([, value]) => value !== null && value !== undefined && value !== "")
    .map(([label, value]) => [label, String(value).replace(/\s*[\r\n]+\s*/g, " ")]);
}
