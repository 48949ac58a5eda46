/** A person or office to tell, with its duty and language. */
import type { ContactEntry } from "#shared/registry/schema.ts";

export type Contact = ContactEntry;
export type Duty = Contact["duty"];
export type Language = Contact["language"];
