/** The language of the page: Vietnamese first, English on request, remembered in the browser. */
import { useEffect, useState } from "preact/hooks";
import { en } from "./en.ts";
import { vi } from "./vi.ts";

export type Language = "vi" | "en";

type Words<T> = T extends string
  ? string
  : T extends (...values: infer Values) => string
    ? (...values: Values) => string
    : { readonly [Key in keyof T]: Words<T[Key]> };

export type Dictionary = Words<typeof vi>;

export const dictionaries: Readonly<Record<Language, Dictionary>> = { vi, en };

const STORAGE_KEY = "outfall-language";

/** The language and how to change it; keeps the document's `lang` and title in step. */
export function useLanguage(): [Language, (language: Language) => void] {
  const [language, setLanguage] = useState<Language>(remembered);
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = `Outfall · ${dictionaries[language].title}`;
  }, [language]);
  const change = (chosen: Language) => {
    setLanguage(chosen);
    try {
      localStorage.setItem(STORAGE_KEY, chosen);
    } catch {
      // a browser without storage forgets it at the next visit
    }
  };
  return [language, change];
}

function remembered(): Language {
  try {
    return localStorage.getItem(STORAGE_KEY) === "en" ? "en" : "vi";
  } catch {
    return "vi";
  }
}
