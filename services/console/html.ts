/** Markup as tagged templates: htm bound to Preact. */
import htm from "htm";
import { h, type VNode } from "preact";

type Template = (strings: TemplateStringsArray, ...values: unknown[]) => VNode;

// htm's own types describe its CommonJS file
export const html = (htm as unknown as { bind(create: typeof h): Template }).bind(h);
