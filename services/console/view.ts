/** What every part of the page needs: language, words, formats. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { createFormat, type Format } from "./format.ts";
import { type Dictionary, dictionaries, type Language } from "./i18n/language.ts";

export interface View {
  readonly language: Language;
  readonly words: Dictionary;
  readonly format: Format;
}

export function createView(language: Language, timeZone: string): View {
  const words = dictionaries[language];
  return { language, words, format: createFormat(words, timeZone) };
}

export const ViewContext = createContext<View>(createView("vi", "UTC"));

export const useView = (): View => useContext(ViewContext);
